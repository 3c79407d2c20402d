namespace Course.Plots.Svg;

/// <summary>Points along what a chart draws, at most four pixels apart: where a label would be struck through.</summary>
internal static class DrawnPoints
{
    /// <summary>The points of a layer.</summary>
    public static IEnumerable<Point> Of(ChartFrame frame, XyLayer layer) => layer switch
    {
        PointLayer points => points.X.Zip(points.Y, frame.At),
        LineLayer line => Along([.. line.X.Zip(line.Y, frame.At)]),
        _ => [],
    };

    /// <summary>The points of a reference line.</summary>
    public static IEnumerable<Point> Of(ChartFrame frame, ReferenceLine reference)
    {
        var y = frame.Y(reference.Y);
        return Along([new Point(frame.Area.X, y), new Point(frame.Area.Right, y)]);
    }

    private static IEnumerable<Point> Along(Point[] corners)
    {
        for (var i = 0; i + 1 < corners.Length; i++)
        {
            var (from, to) = (corners[i], corners[i + 1]);
            var pieces = 1 + (int)Math.Min(500, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)) / 4);
            for (var piece = 0; piece < pieces; piece++)
            {
                var share = (double)piece / pieces;
                yield return new Point(from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y)));
            }
        }

        if (corners.Length > 0)
        {
            yield return corners[^1];
        }
    }
}
