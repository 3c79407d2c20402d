using Course.Plots;
using Course.Plots.Interactive;
using Course.Plots.Svg;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>The parts that pictures are drawn with.</summary>
public sealed class SvgPartsTests
{
    [FsCheck.NUnit.Property]
    public void AxesCoverTheirDataWithFewTicksInOrder(NormalFloat a, NormalFloat b)
    {
        var (low, high) = (Math.Clamp(Math.Min(a.Get, b.Get), -1e12, 1e12), Math.Clamp(Math.Max(a.Get, b.Get), -1e12, 1e12));
        var scale = AxisScale.Create("x", low, high, 0.05, 6);

        Assert.That(scale.Minimum, Is.LessThanOrEqualTo(low));
        Assert.That(scale.Maximum, Is.GreaterThanOrEqualTo(high));
        Assert.That(scale.Ticks, Has.Count.InRange(1, 13));
        Assert.That(scale.Ticks.Select(t => t.Value), Is.Ordered.And.Unique);
        Assert.That(scale.Ticks.Select(t => scale.Fraction(t.Value)), Is.All.InRange(-1e-6, 1 + 1e-6));
        Assert.That(scale.Ticks.Select(t => t.Text), Is.Unique);
    }

    [TestCase(1, 1e7)]
    [TestCase(0.02, 0.09)]
    [TestCase(1.5, 4.5)]
    [TestCase(3, 3)]
    [TestCase(1e-12, 1e12)]
    public void LogarithmicAxesCoverTheirData(double low, double high)
    {
        var scale = AxisScale.Create(new Axis("x", Logarithmic: true), low, high, 0.02, 7);

        Assert.That(scale.Minimum, Is.LessThanOrEqualTo(low * (1 + 1e-9)).And.GreaterThan(0));
        Assert.That(scale.Maximum, Is.GreaterThanOrEqualTo(high * (1 - 1e-9)));
        Assert.That(scale.Ticks, Has.Count.InRange(2, 12));
        Assert.That(scale.Ticks.Select(t => t.Text), Is.Unique);
    }

    [FsCheck.NUnit.Property]
    public void EveryTextCanStandInAPicture(string? text)
    {
        var picture = Plot.Bars("A title " + text, [(text ?? "", 1.0), ("b", 2.0)]);

        Assert.That(() => System.Xml.Linq.XDocument.Parse(picture.ToSvg()), Throws.Nothing);
        Assert.That(() => System.Text.Json.JsonDocument.Parse(picture.ToPlotlyJson()!), Throws.Nothing);
        Assert.That(picture.ToHtml(), Is.Not.Empty);
    }

    [Test]
    public void HalfASurrogatePairBecomesTheReplacementCharacter() => Assert.That(Label.Visible("a\ud83d"), Is.EqualTo("a\ufffd"));

    [TestCase(" the", "␣the")]
    [TestCase("  ", "␣␣")]
    [TestCase("a b ", "a b␣")]
    [TestCase("\n\t\0", "↵⇥␀")]
    public void TokensShowWhatCannotBeSeen(string token, string shown) => Assert.That(Label.Token(token), Is.EqualTo(shown));

    [TestCase(0.0, "0")]
    [TestCase(-0.00001, "−1e-5")]
    [TestCase(1234567, "1,234,567")]
    [TestCase(0.123456, "0.1235")]
    [TestCase(2.4e10, "2.4e10")]
    [TestCase(double.NegativeInfinity, "−∞")]
    public void NumbersAreWrittenForPeople(double value, string text) => Assert.That(Numbers.Text(value), Is.EqualTo(text));

    [TestCase(0.412, "41.2 %")]
    [TestCase(1, "100 %")]
    [TestCase(0.00012, "0.01 %")]
    public void SharesAreWrittenInPercent(double value, string text) => Assert.That(Numbers.Percent(value), Is.EqualTo(text));

    [Test]
    public void ThinnedLinesKeepEndsAndPeaks()
    {
        var x = Enumerable.Range(0, 100_000).Select(i => (double)i).ToArray();
        var y = x.Select(i => i == 54_321 ? 100.0 : Math.Sin(i / 5000)).ToArray();
        var kept = Decimation.Keep(x, y);

        Assert.That(kept, Has.Count.EqualTo(Decimation.MostPoints));
        Assert.That(kept, Is.Ordered.And.Unique);
        Assert.That(kept, Does.Contain(0).And.Contain(54_321).And.Contain(99_999));
    }

    [Test]
    public void ContoursOfAConeAreCircles()
    {
        double[] grid = [.. Enumerable.Range(-20, 41).Select(i => i / 10.0)];
        var heights = new double[41, 41];
        for (var r = 0; r < 41; r++)
        {
            for (var c = 0; c < 41; c++)
            {
                heights[r, c] = Math.Sqrt((grid[r] * grid[r]) + (grid[c] * grid[c]));
            }
        }

        var pieces = Contours.At(grid, grid, heights, 1.25).ToArray();

        Assert.That(pieces, Has.Length.GreaterThan(40));
        Assert.That(pieces.Select(p => Math.Sqrt((p.From.X * p.From.X) + (p.From.Y * p.From.Y))), Is.All.EqualTo(1.25).Within(0.01));
        var length = pieces.Sum(p => Math.Sqrt(Math.Pow(p.From.X - p.To.X, 2) + Math.Pow(p.From.Y - p.To.Y, 2)));
        Assert.That(length, Is.EqualTo(2 * Math.PI * 1.25).Within(0.05));
    }

    [TestCase(0, "loss", 0)]
    [TestCase(2, "loss", 1)]
    [TestCase(6, "loss", 1)]
    [TestCase(3, "PPO without a price on KL", 2)]
    [TestCase(7, "PPO without a price on KL, on its way", 4)]
    [TestCase(3, "a name so long that it fills the whole width of the chart by itself, and nobody should give a line such a name", 3)]
    public void An_interactive_legend_leaves_room_for_its_rows(int count, string name, int rows) =>
        Assert.That(PlotlyFigures.LegendRows([.. Enumerable.Repeat(name, count)]), Is.EqualTo(rows));
}
