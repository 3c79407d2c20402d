namespace Course.Classic;

/// <summary>
/// Learns by heart and answers like the most similar examples: Cover and Hart, "Nearest neighbor pattern classification" (1967).
/// There is no training; all the work is done when a question comes.
/// </summary>
public sealed class NearestNeighbours
{
    private readonly double[][] points;
    private readonly int[] labels;

    /// <summary>Remembers the examples.</summary>
    /// <param name="points">The examples: (example)(feature).</param>
    /// <param name="labels">The class of each, from 0.</param>
    /// <exception cref="ArgumentException">No examples, not as many labels, a negative label, or a number that is not finite.</exception>
    public NearestNeighbours(IReadOnlyList<double[]> points, IReadOnlyList<int> labels)
    {
        Points.Check(points, labels, int.MaxValue);
        (this.points, this.labels) = ([.. points.Select(p => (double[])p.Clone())], [.. labels]);
    }

    /// <summary>The most similar examples, nearest first.</summary>
    /// <param name="point">The question.</param>
    /// <param name="count">How many, from 1 up to the number of examples.</param>
    /// <returns>The number of each example, and its distance.</returns>
    /// <exception cref="ArgumentException">The point has another number of features, or there are not so many examples.</exception>
    public IReadOnlyList<(int Example, double Distance)> Nearest(double[] point, int count)
    {
        Points.CheckQuery(point, points[0].Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, points.Length);
        var distances = Array.ConvertAll(points, p => Points.SquaredDistance(p, point));
        var order = Enumerable.Range(0, points.Length).ToArray();
        Array.Sort([.. distances], order);
        return [.. order[..count].Select(i => (i, Math.Sqrt(distances[i])))];
    }

    /// <summary>What most of the nearest examples are; if several classes have as many, the one with the nearest example.</summary>
    /// <param name="point">The question.</param>
    /// <param name="neighbours">How many examples are asked.</param>
    /// <exception cref="ArgumentException">As in <see cref="Nearest"/>.</exception>
    public int Predict(double[] point, int neighbours = 1) =>
        Nearest(point, neighbours).Select(near => labels[near.Example]).CountBy(label => label)
            .Aggregate((best, next) => next.Value > best.Value ? next : best).Key;   // CountBy keeps the order of first appearance

    /// <summary>How far away the nearest examples are on average: large for what is unlike everything seen.</summary>
    /// <param name="point">The question.</param>
    /// <param name="neighbours">How many examples are asked.</param>
    public double Distance(double[] point, int neighbours = 1) => Nearest(point, neighbours).Average(near => near.Distance);
}
