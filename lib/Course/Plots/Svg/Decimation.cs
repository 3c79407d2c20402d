namespace Course.Plots.Svg;

/// <summary>Draws long lines with few points.</summary>
internal static class Decimation
{
    /// <summary>How many points of one line a picture keeps: about one per pixel of its width.</summary>
    public const int MostPoints = 500;

    /// <summary>
    /// "Largest triangle three buckets" (Steinarsson, "Downsampling Time Series for Visual Representation", 2013): of every
    /// bucket the point that makes the largest triangle with the point kept before and the mean of the next bucket, so peaks survive.
    /// </summary>
    /// <returns>Indices of the kept points, first and last among them.</returns>
    public static IReadOnlyList<int> Keep(IReadOnlyList<double> x, IReadOnlyList<double> y, int most = MostPoints)
    {
        if (x.Count <= most)
        {
            return [.. Enumerable.Range(0, x.Count)];
        }

        var kept = new List<int>(most) { 0 };
        var width = (x.Count - 2.0) / (most - 2);
        for (var bucket = 0; bucket < most - 2; bucket++)
        {
            var start = 1 + (int)(bucket * width);
            var end = 1 + (int)((bucket + 1) * width);
            var (nextX, nextY) = Mean(end, Math.Min(x.Count, 1 + (int)((bucket + 2) * width)));
            var last = kept[^1];
            var (best, largest) = (start, -1.0);
            for (var i = start; i < end; i++)
            {
                var area = Math.Abs(((x[last] - nextX) * (y[i] - y[last])) - ((x[last] - x[i]) * (nextY - y[last])));
                if (area > largest)
                {
                    (best, largest) = (i, area);
                }
            }

            kept.Add(best);
        }

        kept.Add(x.Count - 1);
        return kept;

        (double X, double Y) Mean(int from, int to)
        {
            to = Math.Max(to, from + 1);
            var (sumX, sumY) = (0.0, 0.0);
            for (var i = from; i < to; i++)
            {
                (sumX, sumY) = (sumX + x[i], sumY + y[i]);
            }

            return (sumX / (to - from), sumY / (to - from));
        }
    }
}
