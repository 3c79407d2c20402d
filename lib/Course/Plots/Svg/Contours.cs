namespace Course.Plots.Svg;

/// <summary>Lines of equal height ("marching squares", after Lorensen and Cline's marching cubes, 1987).</summary>
internal static class Contours
{
    /// <summary>
    /// The pieces of the line at <paramref name="level"/>, one or two in each grid cell the line crosses, in data coordinates.
    /// </summary>
    /// <param name="xs">Grid positions, rising.</param>
    /// <param name="ys">Grid positions, rising.</param>
    /// <param name="heights">(y, x).</param>
    /// <param name="level">The height.</param>
    public static IEnumerable<(Point From, Point To)> At(
        IReadOnlyList<double> xs, IReadOnlyList<double> ys, double[,] heights, double level)
    {
        for (var r = 0; r + 1 < ys.Count; r++)
        {
            for (var c = 0; c + 1 < xs.Count; c++)
            {
                // Corners in a circle, and on each side where the height passes the level.
                Point[] corners = [new(xs[c], ys[r]), new(xs[c + 1], ys[r]), new(xs[c + 1], ys[r + 1]), new(xs[c], ys[r + 1])];
                double[] at = [heights[r, c], heights[r, c + 1], heights[r + 1, c + 1], heights[r + 1, c]];
                var crossings = new List<Point>(4);
                for (var side = 0; side < 4; side++)
                {
                    var next = (side + 1) % 4;
                    if (at[side] < level != at[next] < level)
                    {
                        var share = (level - at[side]) / (at[next] - at[side]);
                        var (a, b) = (corners[side], corners[next]);
                        crossings.Add(new Point(a.X + (share * (b.X - a.X)), a.Y + (share * (b.Y - a.Y))));
                    }
                }

                for (var i = 0; i + 1 < crossings.Count; i += 2)
                {
                    yield return (crossings[i], crossings[i + 1]);
                }
            }
        }
    }
}
