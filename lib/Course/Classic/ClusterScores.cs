namespace Course.Classic;

/// <summary>How to judge groups: with the labels hidden, by how clear-cut they are; with the labels shown, by how well they agree.</summary>
public static class ClusterScores
{
    /// <summary>
    /// The mean silhouette, −1 to 1: is a point nearer to its own cluster (mean distance a) than to the next one (b)? (b − a) / max(a, b),
    /// and 0 for a point that is alone (Rousseeuw, 1987). Needs no labels.
    /// </summary>
    /// <param name="points">The points: (point)(feature).</param>
    /// <param name="clusters">The cluster of each, from 0; at least two clusters.</param>
    /// <exception cref="ArgumentException">Not as many clusters as points, or fewer than two clusters.</exception>
    public static double Silhouette(IReadOnlyList<double[]> points, IReadOnlyList<int> clusters)
    {
        Points.Check(points, clusters, int.MaxValue);
        int[] names = [.. clusters.Distinct()];
        int[] own = [.. clusters.Select(c => Array.IndexOf(names, c))];
        int[] sizes = [.. names.Select((_, c) => own.Count(o => o == c))];
        if (names.Length < 2)
        {
            throw new ArgumentException("A silhouette compares clusters, so there must be at least two.", nameof(clusters));
        }

        var total = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var sums = new double[names.Length];
            for (var j = 0; j < points.Count; j++)
            {
                sums[own[j]] += Math.Sqrt(Points.SquaredDistance(points[i], points[j]));
            }

            if (sizes[own[i]] > 1)
            {
                var a = sums[own[i]] / (sizes[own[i]] - 1);
                var b = sums.Select((sum, c) => c == own[i] ? double.PositiveInfinity : sum / sizes[c]).Min();
                total += a == b ? 0 : (b - a) / Math.Max(a, b);
            }
        }

        return total / points.Count;
    }

    /// <summary>
    /// The share of points that have the most frequent label of their cluster. It needs labels, and grows with the number of clusters:
    /// one cluster for each point is perfectly pure.
    /// </summary>
    /// <exception cref="ArgumentException">The lists are empty or differ in length.</exception>
    public static double Purity(IReadOnlyList<int> clusters, IReadOnlyList<int> labels)
    {
        Check(clusters, labels);
        return clusters.Zip(labels).GroupBy(p => p.First, p => p.Second).Sum(g => g.CountBy(label => label).Max(n => n.Value)) / (double)labels.Count;
    }

    /// <summary>
    /// The adjusted Rand index: over all pairs of points, do both divisions agree on "together" or "apart", compared with chance?
    /// 1 for the same division (whatever the numbers of the groups), 0 on average for a random one (Hubert and Arabie, 1985, equation 5).
    /// </summary>
    /// <exception cref="ArgumentException">The lists are empty or differ in length.</exception>
    public static double AdjustedRand(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        Check(first, second);
        static double Pairs(int n) => n * (n - 1.0) / 2;

        var together = first.Zip(second).CountBy(pair => pair).Sum(n => Pairs(n.Value));
        var inFirst = first.CountBy(c => c).Sum(n => Pairs(n.Value));
        var inSecond = second.CountBy(c => c).Sum(n => Pairs(n.Value));
        var byChance = first.Count < 2 ? 0 : inFirst * inSecond / Pairs(first.Count);
        var most = (inFirst + inSecond) / 2;

        // Both divisions put all together, or all apart: they are the same.
        return most == byChance ? 1 : (together - byChance) / (most - byChance);
    }

    private static void Check(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0 || first.Count != second.Count)
        {
            throw new ArgumentException($"Two divisions of the same points have as many entries, and at least one: {first.Count} and {second.Count}.");
        }
    }
}
