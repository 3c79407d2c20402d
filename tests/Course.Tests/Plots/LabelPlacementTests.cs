using Course.Plots;
using Course.Plots.Svg;
using NUnit.Framework;

namespace Course.Tests.Plots;

/// <summary>Labels beside points: readable where there is room for it.</summary>
public sealed class LabelPlacementTests
{
    private const double Radius = 4.8;

    [Test]
    public void LabelsOfCloseNeighboursDoNotCoverEachOther()
    {
        var layer = Points([0, 0.02, -0.03, 0.03], [0, 0.01, 0.02, -0.04], ["folder", "file", "directory", "path"]);
        var frame = FrameOf(layer);
        var sides = LabelPlacement.Choose([layer], frame)[0];
        var boxes = sides.Select((side, i) => LabelPlacement.BoxOf(side, frame.At(layer.X[i], layer.Y[i]), Radius, layer.Labels![i])).ToArray();

        // In square pixels; a label has some hundreds.
        Assert.That(sides.Distinct().Count(), Is.GreaterThan(1));
        Assert.That(boxes[1..].Sum(other => LabelPlacement.Overlap(boxes[0], other)), Is.LessThan(1));
    }

    [Test]
    public void ALonePointHasItsLabelAbove()
    {
        var layer = Points([0], [0], ["alone"]);
        Assert.That(LabelPlacement.Choose([layer], FrameOf(layer))[0], Is.EqualTo(new[] { LabelSide.Above }));
    }

    [Test]
    public void NoLabelIsCutOffAtAnEdge()
    {
        var layer = Points([0, -1, 1], [1, 0, 0], ["the highest point", "the leftmost point", "the rightmost point"]);
        var frame = FrameOf(layer);
        var sides = LabelPlacement.Choose([layer], frame)[0];
        Assert.That(sides, Is.EqualTo(new[] { LabelSide.Below, LabelSide.Right, LabelSide.Left }));
    }

    [Test]
    public void NoLineRunsThroughALabelThatHasAnotherSide()
    {
        var layer = Points([0.5], [0], ["the lowest"]);
        var frame = FrameOf(layer);
        Assert.That(Sides((-1, 0.24), (1, 0.04)), Is.EqualTo(LabelSide.Below), "the line passes over the point");
        Assert.That(Sides((-1, 0), (0.5, 0)), Is.EqualTo(LabelSide.Above), "the line comes from the left");
        Assert.That(Sides((0.5, -1), (0.5, 1)), Is.EqualTo(LabelSide.Right), "the line is upright");

        LabelSide Sides(params (double X, double Y)[] corners)
        {
            var line = new LineLayer("l", "#000000", [.. corners.Select(c => c.X)], [.. corners.Select(c => c.Y)]);
            var (side, text) = (LabelPlacement.Choose([layer], frame, [.. DrawnPoints.Of(frame, line)])[0][0], layer.Labels![0]);
            var box = LabelPlacement.BoxOf(side, frame.At(0.5, 0), Radius, text);
            Assert.That(DrawnPoints.Of(frame, line).Where(p => p.X > box.X && p.X < box.Right && p.Y > box.Y && p.Y < box.Bottom), Is.Empty);
            return side;
        }
    }

    [Test]
    public void TheInteractiveFormPutsThemOnTheSameSides()
    {
        var json = Plot.Scatter("t", [new PointGroup("g", [0, 0, 9], [0, 0, 9], ["one", "two", "far"])], "x", "y").ToPlotlyJson();
        // The first point lies on the axis, whose numbers are at its left.
        Assert.That(json, Does.Contain("\"textposition\":[\"top right\",\"middle right\",\"bottom center\"]"));
    }

    [Test]
    public void ManyNumberedCellsLeaveTheirNumbersToTheAxis()
    {
        Assert.That(Plot.Heatmap("t", new double[40, 3]).ToPlotlyJson(), Does.Contain("\"nticks\""));
        Assert.That(Plot.Heatmap("t", new double[10, 3]).ToPlotlyJson(), Does.Not.Contain("\"nticks\""));
    }

    private static PointLayer Points(double[] x, double[] y, string[] labels) => new("g", "#000000", x, y, labels, 0) { Radius = Radius, WriteLabels = true };

    // From −1 to 1 on both axes, without a margin, whatever the points.
    private static ChartFrame FrameOf(PointLayer layer)
    {
        Axis axis = layer.Name;
        var scale = AxisScale.Create(axis, -1, 1, 0, 6);
        return ChartFrame.Create("t", null, [], axis, scale, axis, scale, false);
    }
}
