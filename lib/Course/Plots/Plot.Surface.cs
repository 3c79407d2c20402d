using Course.Plots.Svg;

namespace Course.Plots;

public static partial class Plot
{
    /// <summary>
    /// A landscape, such as a loss over two weights, with the path that gradient descent takes through it. Colours follow the
    /// rank of the height, not the height itself, so that the flat valley shows as much as the steep rim.
    /// </summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="height">The height at (x, y).</param>
    /// <param name="x">The horizontal axis; needs a minimum and a maximum.</param>
    /// <param name="y">The vertical axis; needs a minimum and a maximum.</param>
    /// <param name="heightTitle">What the height is, with its unit.</param>
    /// <param name="path">Points in the order in which they were visited; at most 2,000.</param>
    /// <param name="resolution">How many heights are computed along each axis, 10 to 80.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">
    /// An axis has no limits or is logarithmic, a height is not finite, or the path is too long.
    /// </exception>
    public static Picture Surface(
        string title,
        Func<double, double, double> height,
        Axis x,
        Axis y,
        string heightTitle = "loss",
        IEnumerable<(double X, double Y)>? path = null,
        int resolution = 36,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(height);
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution, 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resolution, 80);
        var (xs, ys) = (Grid(Require.Valid(x, nameof(x)), resolution), Grid(Require.Valid(y, nameof(y)), resolution));
        var heights = new double[resolution, resolution];
        for (var row = 0; row < resolution; row++)
        {
            for (var column = 0; column < resolution; column++)
            {
                heights[row, column] = Numbers.Round(
                    Require.Finite(height(xs[column], ys[row]), $"the height at ({Numbers.Text(xs[column])}, {Numbers.Text(ys[row])})"), 4);
            }
        }

        (double X, double Y)[] steps = [.. path ?? []];
        Require.AtMost(steps.Length, 2000, "points of a path");
        var visited = steps.Select((p, i) => (
            Numbers.Round(Require.Finite(p.X, $"x of the path at index {i}")),
            Numbers.Round(Require.Finite(p.Y, $"y of the path at index {i}")),
            Numbers.Round(Require.Finite(height(p.X, p.Y), $"the height of the path at index {i}"))));
        return new SurfacePicture(title, subtitle, x, y, Require.Text(heightTitle, "the height title"), xs, ys, heights, [.. visited]);
    }

    private static double[] Grid(Axis axis, int count)
    {
        if (axis is not { Minimum: { } low, Maximum: { } high, Logarithmic: false })
        {
            throw new ArgumentException(
                $"Axis '{axis.Label}' of a surface needs a minimum and a maximum and must be linear: "
                + $"new Axis(\"{axis.Label}\", Minimum: -1, Maximum: 1).");
        }

        return [.. Enumerable.Range(0, count).Select(i => low + ((high - low) * i / (count - 1)))];
    }
}
