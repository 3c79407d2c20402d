using System.Globalization;
using System.Xml.Linq;
using Course.Plots;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>The label of a reference line keeps out of the curves' way.</summary>
[TestFixture]
public sealed class ReferenceLabelTests
{
    private const string Name = "the limit";

    [TestCase(9, 9, "end", true, TestName = "{m}(nothing is near: at the right, above)")]
    [TestCase(9, 5.3, "end", false, TestName = "{m}(a curve ends just above: below)")]
    [TestCase(0, 9, "end", true, TestName = "{m}(a curve begins far below and ends far above: it crosses neither)")]
    public void OneCurveNearTheLabel(double first, double last, string anchor, bool above)
    {
        var (element, line) = Drawn(Plot.Lines("?", [new Series("s", [0, 100], [first, last])], "x", new Axis("y", Minimum: 0, Maximum: 10), references: [new ReferenceLine(5, Name)]));

        Assert.That((string?)element.Attribute("text-anchor"), Is.EqualTo(anchor));
        Assert.That(Number(element, "y") < line, Is.EqualTo(above));
    }

    [Test]
    public void CurvesOnBothSidesOfTheRightEndSendItToTheLeft()
    {
        double[] x = [0, 60, 100];
        var picture = Plot.Lines(
            "?", [new Series("above", x, [9, 9, 5.3]), new Series("below", x, [1, 1, 4.7])], "x", new Axis("y", Minimum: 0, Maximum: 10), references: [new ReferenceLine(5, Name)]);

        Assert.That((string?)Drawn(picture).Text.Attribute("text-anchor"), Is.Null, "text begins at the left by default");
    }

    [Test]
    public void AtTheTopOfTheChartItStandsBelow()
    {
        var (element, line) = Drawn(Plot.Lines("?", [new Series("s", [0, 100], [1, 1])], "x", new Axis("y", Minimum: 0, Maximum: 5), references: [new ReferenceLine(5, Name)]));

        Assert.That(Number(element, "y"), Is.GreaterThan(line));
    }

    private static (XElement Text, double Line) Drawn(Picture picture)
    {
        var svg = XDocument.Parse(picture.ToSvg()).Root!;
        var text = svg.Descendants().Single(e => e.Name.LocalName == "text" && e.Value.StartsWith(Name, StringComparison.Ordinal));
        var line = svg.Descendants().Single(e => e.Name.LocalName == "line" && (string?)e.Attribute("stroke-dasharray") == "7 4");
        return (text, Number(line, "y1"));
    }

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
