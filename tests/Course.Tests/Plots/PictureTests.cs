using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Course.Plots;
using Course.Plots.Svg;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>What holds for every picture.</summary>
public sealed partial class PictureTests
{
    private const int MostHtml = 60_000;

    private static IEnumerable<TestCaseData> Pictures() => Gallery.All().Select(p => new TestCaseData(p.Picture).SetArgDisplayNames(p.Name));

    [Test]
    public void ASmoothedLossEndsInAMeanAndBeginsWhereTheLossDid()
    {
        // From 10 the loss falls at once to 0, and then jumps between 1 and -1: of 400 steps the mean reaches 5 to either side.
        double[] losses = [10, .. Enumerable.Range(0, 399).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
        var picture = (XyPicture)Plot.LossCurve("Does it fall?", new Series("training", [.. Enumerable.Range(1, 400).Select(i => (double)i)], losses));
        // A picture keeps five digits of a number.
        var smooth = picture.Layers.OfType<LineLayer>().Single(layer => layer.InLegend);
        Assert.That(smooth.Y[0], Is.EqualTo(10));
        Assert.That(smooth.Y[1], Is.EqualTo((10 + 1 - 1) / 3.0).Within(1e-4));
        Assert.That(smooth.Y[200], Is.EqualTo(losses[195..206].Average()).Within(1e-4));
        Assert.That(smooth.Y[^1], Is.EqualTo(losses[^6..].Average()).Within(1e-4));
    }

    [Test]
    public void ALongWordStaysInItsBox()
    {
        Assert.That(SizeAndRoom(spacing: 1), Is.EqualTo(14), "five columns have room for it");
        Assert.That(SizeAndRoom(spacing: 1.5), Is.InRange(11, 13.9), "in narrower ones it is written smaller, as all names are");

        double SizeAndRoom(double spacing)
        {
            var boxes = Enumerable.Range(0, 5).Select(i => new DiagramBox(i == 0 ? "Transformer" : $"b{i}", spacing * i));
            var svg = XDocument.Parse(Plot.Diagram("How?", [.. boxes], []).ToSvg());
            var width = Number(svg.Descendants().First(e => e.Name.LocalName == "rect" && e.Attribute("rx")?.Value == "7"), "width");
            var size = Number(svg.Descendants().Single(e => e.Name.LocalName == "text" && e.Value == "Transformer"), "font-size");
            Assert.That(Label.WideFont * Label.Width("Transformer", size, bold: true), Is.LessThanOrEqualTo(width - 7));
            return size;
        }

        static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    [Test]
    public void ALongNumberBehindTheLongestBarIsNotCutOff()
    {
        var range = Range(Plot.Bars("Which?", [("the longest", 1884.5), ("another", 505.9)], "samples"));
        Assert.That(range, Is.Not.Null);
        Assert.That(range!.Value[1].GetDouble(), Is.GreaterThan(1884.5 * 1.08));
        Assert.That(Range(Plot.Bars("Which?", [("the longest", 5), ("another", 3)], "samples")), Is.Null, "here Plotly's own room is enough");

        static JsonElement? Range(Picture bars) =>
            JsonDocument.Parse(bars.ToPlotlyJson()!).RootElement.GetProperty("layout").GetProperty("xaxis").TryGetProperty("range", out var range) ? range : null;
    }

    [TestCaseSource(nameof(Pictures))]
    public void SvgIsWellFormedAndSelfContained(Picture picture)
    {
        var svg = XDocument.Parse(picture.ToSvg()).Root!;

        Assert.That(svg.Name.LocalName, Is.EqualTo("svg"));
        var names = svg.DescendantsAndSelf().Select(e => e.Name.LocalName).Distinct().ToArray();
        Assert.That(names, Is.SubsetOf(new[] { "svg", "rect", "line", "polyline", "polygon", "path", "circle", "text", "title", "image" }));
        Assert.That(svg.Descendants().Attributes("id"), Is.Empty, "identifiers collide when two pictures share a page");
        Assert.That(svg.Descendants().Attributes("href").Select(a => a.Value), Is.All.StartsWith("data:image/png;base64,"));
        Assert.That(svg.Attribute("style"), Is.Null);
    }

    [TestCaseSource(nameof(Pictures))]
    public void SvgHoldsOnlyFiniteNumbersInsideItsArea(Picture picture)
    {
        var svg = XDocument.Parse(picture.ToSvg()).Root!;
        var width = Number(svg.Attribute("width")!);
        var height = Number(svg.Attribute("height")!);

        Assert.That(width, Is.EqualTo(720));
        Assert.That(height, Is.InRange(60, 1100));
        string[] numeric = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "fill-opacity", "stroke-width"];
        foreach (var attribute in svg.Descendants().Attributes().Where(a => numeric.Contains(a.Name.LocalName)))
        {
            Assert.That(Number(attribute), Is.InRange(-50, 1150), $"{attribute.Parent!.Name.LocalName} {attribute}");
        }

        foreach (var list in svg.Descendants().Attributes("points").SelectMany(a => a.Value.Split([' ', ','])))
        {
            Assert.That(double.IsFinite(double.Parse(list, CultureInfo.InvariantCulture)));
        }

        foreach (var text in svg.Descendants().Where(e => e.Name.LocalName == "text"))
        {
            Assert.That(Number(text.Attribute("x")!), Is.InRange(0, width), text.Value);
            Assert.That(Number(text.Attribute("y")!), Is.InRange(0, height), text.Value);
        }
    }

    [TestCaseSource(nameof(Pictures))]
    public void HtmlHasOneScriptAndNoMarkupOfTheData(Picture picture)
    {
        var html = picture.ToHtml();

        Assert.That(Regex.Count(html, "<script", RegexOptions.IgnoreCase), Is.EqualTo(1));
        Assert.That(Regex.Count(html, "</script>", RegexOptions.IgnoreCase), Is.EqualTo(1));
        Assert.That(html, Does.Not.Contain("<b>").And.Not.Contain("alert('x')</"));
        Assert.That(html, Does.Contain("<img").And.Contain("alt="));
        Assert.That(html, Does.Not.Contain("\0").And.Not.Contain("\u0001"));
        Assert.That(XDocument.Parse(StaticPart(html)).Root!.Attribute("width"), Is.Not.Null, "the image is the SVG itself");
    }

    [TestCaseSource(nameof(Pictures))]
    public void HtmlIsSmallAndHoldsNoLibrary(Picture picture) =>
        Assert.That(picture.ToHtml(), Has.Length.LessThan(MostHtml));

    [TestCaseSource(nameof(Pictures))]
    public void EveryFormIsDeterministic(Picture picture)
    {
        var again = Gallery.All().Single(p => p.Picture.Title == picture.Title && p.Picture.ToText() == picture.ToText()).Picture;

        Assert.That(again, Is.Not.SameAs(picture));
        Assert.That(again.ToHtml(), Is.EqualTo(picture.ToHtml()));
        Assert.That(again.ToSvg(), Is.EqualTo(picture.ToSvg()));
    }

    [TestCaseSource(nameof(Pictures))]
    public void PlotlyJsonIsDataAndLayoutWithoutNotANumber(Picture picture)
    {
        if (picture.ToPlotlyJson() is not { } json)
        {
            Assert.That(picture.IsInteractive, Is.False);
            return;
        }

        using var document = JsonDocument.Parse(json);
        Assert.That(document.RootElement.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "data", "layout" }));
        Assert.That(document.RootElement.GetProperty("data").GetArrayLength(), Is.GreaterThan(0));
        Assert.That(json, Does.Not.Contain("NaN").And.Not.Contain("Infinity").And.Not.Contain("plotly.js"));
        Assert.That(json, Does.Not.Contain("<script"));
        Assert.That(LongNumber().Match(json).Value, Is.Empty, "more digits than anyone can see");
    }

    [TestCaseSource(nameof(Pictures))]
    public void TextAndTableShowTheData(Picture picture)
    {
        Assert.That(picture.ToText(), Does.StartWith(picture.Title));
        Assert.That(picture.ToText().Split('\n'), Has.Length.InRange(3, 70));
        Assert.That(picture.ToTable(), Does.StartWith("<table>").And.EndWith("</table>").And.Not.Contain("<b>").And.Not.Contain("<script"));
        Assert.That(picture.Description, Is.Not.Empty);
    }

    [Test]
    public void IntegrityHashIsThatOfThePlotlyThatPlotlyNetCarries()
    {
        var assembly = typeof(Plotly.NET.Layout).Assembly;
        using var script = assembly.GetManifestResourceStream($"Plotly.NET.plotly-{Course.Plots.Interactive.PictureHtml.PlotlyVersion}.min.js");

        Assert.That(script, Is.Not.Null, "Plotly.NET carries another version of plotly.js: change the version and the hash");
        var hash = "sha384-" + Convert.ToBase64String(System.Security.Cryptography.SHA384.HashData(script!));
        Assert.That(Course.Plots.Interactive.PictureHtml.PlotlyIntegrity, Is.EqualTo(hash));
    }

    [Test]
    public void ImagesAreValidPngs()
    {
        var svg = XDocument.Parse(Plot.Images("Digits", [new ImageTile(new double[,] { { 0, 1 }, { 0.5, 1 }, { 0, 0 } })]).ToSvg());
        var png = Convert.FromBase64String(svg.Descendants().Attributes("href").Single().Value.Split(',')[1]);

        Assert.That(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), Is.EqualTo(2), "width");
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)), Is.EqualTo(3), "height");
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var pixels = new System.IO.Compression.ZLibStream(new MemoryStream(png, 41, length), System.IO.Compression.CompressionMode.Decompress);
        using var raw = new MemoryStream();
        pixels.CopyTo(raw);
        Assert.That(raw.ToArray(), Is.EqualTo(new byte[] { 0, 250, 20, 0, 135, 20, 0, 250, 250 }));
    }

    [GeneratedRegex(@"[1-9]\d*\.\d{5,}|0\.0*[1-9]\d{5,}|\d{11,}")]
    private static partial Regex LongNumber();

    private static double Number(XAttribute attribute) => double.Parse(attribute.Value, CultureInfo.InvariantCulture);

    private static string StaticPart(string html) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(html, "data:image/svg\\+xml;base64,([^\"]+)").Groups[1].Value));
}
