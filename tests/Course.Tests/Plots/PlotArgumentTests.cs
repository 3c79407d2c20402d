using Course.Plots;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Plots;

/// <summary>What a picture refuses, and what it says then.</summary>
public sealed class PlotArgumentTests
{
    [Test]
    public void SeriesOfDifferentLengthsSayBothLengths() => Assert.That(
        () => new Series("loss", [1, 2, 3], [1, 2]),
        Throws.ArgumentException.With.Message.Contains("loss").And.Message.Contains("3 x values").And.Message.Contains("2 y values"));

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void ValuesThatAreNotFiniteSayWhere(double bad) => Assert.That(
        () => new Series("loss", [1, 2, 3], [1, bad, 3]),
        Throws.ArgumentException.With.Message.Contains("loss").And.Message.Contains("index 1"));

    [Test]
    public void NothingToDrawIsRefused()
    {
        Assert.That(() => new Series("s", [], []), Throws.ArgumentException);
        Assert.That(() => Plot.Lines("t", [], "x", "y"), Throws.ArgumentException);
        Assert.That(() => Plot.Bars("t", []), Throws.ArgumentException);
        Assert.That(() => Plot.Heatmap("t", new double[0, 0]), Throws.ArgumentException);
        Assert.That(() => Plot.Images("t", []), Throws.ArgumentException);
        Assert.That(() => Plot.ConfusionMatrix("t", new int[0, 0]), Throws.ArgumentException);
    }

    [Test]
    public void TitlesAndLabelsAreRequired()
    {
        Series[] one = [new("s", [1], [1])];
        Assert.That(() => Plot.Lines(" ", one, "x", "y"), Throws.ArgumentException.With.Message.Contains("title"));
        Assert.That(() => Plot.Lines("t", one, "", "y"), Throws.ArgumentException.With.Message.Contains("label"));
    }

    [TestCase("loss", true, "loss (logarithmic)")]
    [TestCase("loss (nats)", true, "loss (nats, logarithmic)")]
    [TestCase("time (µs, logarithmic)", true, "time (µs, logarithmic)")]
    [TestCase("loss (nats)", false, "loss (nats)")]
    public void AnAxisSaysThatItIsLogarithmic(string label, bool logarithmic, string title)
    {
        var picture = Plot.Lines("Does it fall?", [new Series("a", [1, 2, 3], [100, 10, 1])], x: "step", y: new Axis(label, logarithmic));
        Assert.That(picture.ToSvg(), Does.Contain($">{title}</text>"));
    }

    [Test]
    public void LogarithmicAxesRefuseZero()
    {
        var log = new Axis("loss", Logarithmic: true);
        Assert.That(() => Plot.Lines("t", [new Series("s", [1, 2], [1, 0])], "x", log), Throws.ArgumentException.With.Message.Contains("logarithmic"));
        Assert.That(() => Plot.Lines("t", [new Series("s", [1], [1])], "x", log, [new ReferenceLine(-1, "r")]), Throws.ArgumentException);
        Assert.That(() => Plot.Lines("t", [new Series("s", [1], [1])], "x", log with { Minimum = 0 }), Throws.ArgumentException);
    }

    [Test]
    public void AxisLimitsAreInOrder() => Assert.That(
        () => Plot.Lines("t", [new Series("s", [1], [1])], new Axis("x", Minimum: 2, Maximum: 1), "y"), Throws.ArgumentException.With.Message.Contains("minimum"));

    [Test]
    public void BandsWhoseEdgesCrossAreRefused() => Assert.That(
        () => new Band("b", [1, 2], [0, 5], [1, 4]), Throws.ArgumentException.With.Message.Contains("index 1"));

    [Test]
    public void TooMuchForOnePictureIsRefused()
    {
        Assert.That(() => Plot.Bars("t", Enumerable.Range(0, 61).Select(i => ($"{i}", 1.0))), Throws.ArgumentException.With.Message.Contains("61 bars"));
        Assert.That(() => Plot.Heatmap("t", new double[200, 200]), Throws.ArgumentException.With.Message.Contains("40000 cells"));
        Assert.That(() => new ImageTile(new double[8, 200]), Throws.ArgumentException);
    }

    [Test]
    public void HeatmapLabelsMustFit()
    {
        Assert.That(() => Plot.Heatmap("t", new double[2, 2], ["a", "b", "c"]), Throws.ArgumentException.With.Message.Contains("3 row labels"));
        Assert.That(() => Plot.Heatmap("t", [("a", new double[2, 2]), ("b", new double[2, 3])]), Throws.ArgumentException.With.Message.Contains("shape"));
        Assert.That(() => Plot.Heatmap("t", new[,] { { 1, double.NaN } }), Throws.ArgumentException.With.Message.Contains("[0, 1]"));
    }

    [Test]
    public void ConfusionMatricesCountWhatTheyAreGiven()
    {
        var picture = Plot.ConfusionMatrix("t", [0, 1, 1, 2], [0, 1, 2, 2], 3);

        Assert.That(picture.Subtitle, Is.EqualTo("3 of 4 right (75.0 %), 1 wrong"));
        Assert.That(() => Plot.ConfusionMatrix("t", [0, 3], [0, 1], 3), Throws.ArgumentException.With.Message.Contains("Example 1"));
        Assert.That(() => Plot.ConfusionMatrix("t", [0], [0, 1], 3), Throws.ArgumentException);
        Assert.That(() => Plot.ConfusionMatrix("t", new[,] { { -1 } }), Throws.ArgumentException);
        Assert.That(() => Plot.ConfusionMatrix("t", new int[2, 3]), Throws.ArgumentException);
    }

    [Test]
    public void PicturesKeepTheirOwnCopyOfTheData()
    {
        double[,] values = { { 0.25, 0.75 }, { 0.5, 0.5 } };
        var picture = Plot.Heatmap("t", values);
        var before = picture.ToHtml();
        values[0, 0] = 0.9;

        Assert.That(picture.ToHtml(), Is.EqualTo(before));
    }

    [Test]
    public void TensorsOfAnyTypeGiveTheSamePictureAndStayTheirOwners()
    {
        using var scope = torch.NewDisposeScope();
        double[,] values = { { 0.25, 0.75 }, { 0.5, 0.5 } };
        var tensor = torch.tensor(values, device: torch.CPU).to(torch.float32).requires_grad_();
        var live = scope.DisposablesCount;
        var picture = Plot.Heatmap("t", tensor);

        Assert.That(picture.ToSvg(), Is.EqualTo(Plot.Heatmap("t", values).ToSvg()));
        Assert.That(
            Plot.Heatmap("t", [("a", tensor), ("b", tensor)]).ToSvg(),
            Is.EqualTo(Plot.Heatmap("t", [("a", values), ("b", values)]).ToSvg()));
        Assert.That(tensor.IsInvalid, Is.False);
        Assert.That(scope.DisposablesCount, Is.EqualTo(live), "no tensor is left behind");
        Assert.That(() => Plot.Heatmap("t", tensor[0]), Throws.ArgumentException.With.Message.Contains("shape (2)"));
        Assert.That(Series.OfTensor("s", tensor[0]).Y, Is.EqualTo(new[] { 0.25, 0.75 }));
    }

    [Test]
    public void SurfacesNeedLimitsAndFiniteHeights()
    {
        var axis = new Axis("w", Minimum: -1, Maximum: 1);
        Assert.That(() => Plot.Surface("t", (x, y) => x, "w", axis), Throws.ArgumentException.With.Message.Contains("minimum and a maximum"));
        Assert.That(() => Plot.Surface("t", (x, y) => double.NaN, axis, axis), Throws.ArgumentException.With.Message.Contains("(−1, −1)"));
        Assert.That(() => Plot.Surface("t", (x, y) => x, axis, axis, resolution: 500), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void DiagramsNameTheirBoxes()
    {
        DiagramBox[] boxes = [new("a", 0), new("b", 1)];
        Assert.That(() => Plot.Diagram("t", boxes, [new("a", "c")]), Throws.ArgumentException.With.Message.Contains("'c'").And.Message.Contains("a, b"));
        Assert.That(() => Plot.Diagram("t", boxes, [new("a", "a")]), Throws.ArgumentException.With.Message.Contains("itself"));
        Assert.That(() => Plot.Diagram("t", [.. boxes, new("a", 2)], []), Throws.ArgumentException.With.Message.Contains("Two boxes"));
        Assert.That(() => Plot.Diagram("t", [.. boxes, new("far", 9)], []), Throws.ArgumentException.With.Message.Contains("eight columns"));
        Assert.That(() => Plot.Diagram("t", boxes, [], [new("f", ["x"])]), Throws.ArgumentException);
    }

    [Test]
    public void RegionsLieOnTheMapAndSayWhatTheyHold()
    {
        MapRegion[] all = [new("all", 0, 0, 100, 100), new("inner", 50, 50, 100, 100)];
        Assert.That(Plot.Regions("t", all, [new("a", 10, 10), new("b", 60, 60)]).ToText(), Does.Match(@"a\s+all\s*\n").And.Match("b +all › inner"));
        Assert.That(() => Plot.Regions("t", [], []), Throws.ArgumentException);
        Assert.That(() => Plot.Regions("t", [new("off", 0, 0, 101, 50)], []), Throws.ArgumentException.With.Message.Contains("'off'"));
        Assert.That(() => Plot.Regions("t", [new("empty", 50, 0, 50, 50)], []), Throws.ArgumentException);
        Assert.That(() => Plot.Regions("t", all, [new("far", double.NaN, 0)]), Throws.ArgumentException.With.Message.Contains("'far'"));
        Assert.That(() => Plot.Regions("t", all, [], height: 10), Throws.ArgumentException);
    }

    [Test]
    public void BoardsNeedATextForEachCell()
    {
        var board = Plot.Board("t", new[,] { { 1.0, double.NegativeInfinity } }, new[,] { { "→", "" } }, ["r"], ["a", "b"]);
        Assert.That(board.ToText(), Does.Match("r +→"));
        Assert.That(() => Plot.Board("t", new double[2, 3], new string[3, 2]), Throws.ArgumentException);
        Assert.That(() => Plot.Board("t", new double[2, 3], new string[2, 2]), Throws.ArgumentException);
        Assert.That(() => Plot.Board("t", new[,] { { double.NaN } }, new[,] { { "" } }), Throws.ArgumentException);
        Assert.That(() => Plot.Board("t", new double[1, 2], new string[1, 2], columns: ["one"]), Throws.ArgumentException);
    }

    [Test]
    public void HistogramsCountEveryValueOnce()
    {
        var rows = Plot.Histogram("t", [0, 1, 1, 2, 4], "x", bins: 4).ToText().Split('\n').Skip(2);

        Assert.That(rows.Select(r => double.Parse(r.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1], System.Globalization.CultureInfo.InvariantCulture)).Sum(), Is.EqualTo(5));
        Assert.That(() => Plot.Histogram("t", [1], "x", bins: 0), Throws.ArgumentException);
        Assert.That(() => Plot.Histogram("t", new double[0], "x"), Throws.ArgumentException);
    }

    [Test]
    public void ScatteredTensorsAreColouredByTheirClass()
    {
        using var scope = torch.NewDisposeScope();
        var points = torch.tensor(new[,] { { 1.0, 2 }, { 3, 4 }, { 5, 6 } }, device: torch.CPU);

        Assert.That(Plot.Scatter("t", points, [1, 0, 1], ["cat", "dog"], "x", "y").Description, Is.EqualTo("cat: 1 points; dog: 2 points."));
        Assert.That(() => Plot.Scatter("t", points, [1, 0, 2], ["cat", "dog"], "x", "y"), Throws.ArgumentException.With.Message.Contains("class 2"));
    }

    [Test]
    public void LinesOverPointsDoNotChangeTheAxes()
    {
        PointGroup[] points = [new("cats", [0, 1], [0, 1])];
        var bare = (XyPicture)Plot.Scatter("t", points, "x", "y");
        var crossed = (XyPicture)Plot.Scatter("t", points, "x", "y", lines: [new Series("border", [-50, 50], [80, -80])]);

        Assert.That(crossed.XScale.Maximum, Is.EqualTo(bare.XScale.Maximum));
        Assert.That(crossed.YScale.Minimum, Is.EqualTo(bare.YScale.Minimum));
        Assert.That(crossed.Description, Does.Contain("border"));
        Assert.That(
            () => Plot.Scatter("t", points, "x", "y", lines: Enumerable.Range(0, 10).Select(i => new Series($"{i}", [0], [0]))),
            Throws.ArgumentException.With.Message.Contains("groups and lines"));
    }

    [Test]
    public void ASquareHasUnitsOfOneLength()
    {
        var svg = System.Xml.Linq.XDocument.Parse(
            Plot.Scatter("t", [new PointGroup("g", [0, 10], [1, 2], ["a", "b"])], "x", "y", writeLabels: false, square: true).ToSvg());
        var circles = svg.Descendants().Where(e => e.Name.LocalName == "circle").ToArray();
        double Distance(string axis) => Math.Abs(Position(circles[0], axis) - Position(circles[1], axis));

        Assert.That(Distance("cx"), Is.EqualTo(10 * Distance("cy")).Within(0.5));

        static double Position(System.Xml.Linq.XElement circle, string axis) =>
            double.Parse(circle.Attribute(axis)!.Value, System.Globalization.CultureInfo.InvariantCulture);
    }
}
