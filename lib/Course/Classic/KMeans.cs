using Course.Data;

namespace Course.Classic;

/// <summary>
/// Finds groups without being told any: each point joins its nearest centre, each centre moves to the middle of its points, and so on
/// until nothing moves (Lloyd, "Least squares quantization in PCM", 1957, printed 1982). Immutable: each step is a new object, so
/// that a run can be watched.
/// </summary>
public sealed class KMeans
{
    private readonly IReadOnlyList<double[]> points;

    private KMeans(IReadOnlyList<double[]> points, double[][] centres, int step)
    {
        this.points = points;
        (Centres, Step) = (Array.AsReadOnly(centres), step);
        var assignments = new int[points.Count];
        for (var i = 0; i < points.Count; i++)
        {
            var (nearest, distance) = NearestCentre(points[i]);
            assignments[i] = nearest;
            Inertia += distance;
        }

        Assignments = Array.AsReadOnly(assignments);
    }

    /// <summary>The middle of each cluster: (cluster)(feature).</summary>
    public IReadOnlyList<double[]> Centres { get; }

    /// <summary>The cluster of each point: that of the nearest centre.</summary>
    public IReadOnlyList<int> Assignments { get; }

    /// <summary>The sum of the squared distances of all points to their centres. No step makes it larger.</summary>
    public double Inertia { get; }

    /// <summary>How many steps were taken.</summary>
    public int Step { get; }

    /// <summary>Starts with given centres.</summary>
    /// <param name="points">The points: (point)(feature). They are not copied and must not change.</param>
    /// <param name="centres">At least one centre.</param>
    /// <exception cref="ArgumentException">No points, no centres, or they differ in length.</exception>
    public static KMeans Start(IReadOnlyList<double[]> points, IReadOnlyList<double[]> centres)
    {
        if (Points.Check(points) != Points.Check(centres))
        {
            throw new ArgumentException($"Points of {points[0].Length} numbers cannot have centres of {centres[0].Length}.", nameof(centres));
        }

        return new KMeans(points, [.. centres.Select(c => (double[])c.Clone())], step: 0);
    }

    /// <summary>
    /// Starts with centres that are points far from each other: each next one is drawn with a chance proportional to its squared
    /// distance from those already drawn (Arthur and Vassilvitskii, "k-means++", 2007).
    /// </summary>
    /// <param name="points">The points: (point)(feature). They are not copied and must not change.</param>
    /// <param name="clusters">How many clusters, from 1 up to the number of points.</param>
    /// <param name="seed">Another seed gives another start, and often another result.</param>
    public static KMeans Start(IReadOnlyList<double[]> points, int clusters, long seed = 0)
    {
        Points.Check(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, points.Count);
        var random = SplitMix64.For(seed, index: 0);
        var centres = new List<double[]> { points[random.Next(points.Count)] };
        var distances = points.Select(p => Points.SquaredDistance(p, centres[0])).ToArray();
        while (centres.Count < clusters)
        {
            var next = Draw(distances, random.NextDouble());
            centres.Add(points[next]);
            for (var i = 0; i < points.Count; i++)
            {
                distances[i] = Math.Min(distances[i], Points.SquaredDistance(points[i], points[next]));
            }
        }

        return Start(points, centres);
    }

    /// <summary>One step: every centre moves to the middle of its points, then every point looks for the nearest centre again.</summary>
    /// <remarks>A centre without points stays where it is.</remarks>
    public KMeans Next()
    {
        var members = Assignments.Index().ToLookup(a => a.Item, a => points[a.Index]);
        double[][] moved = [.. Centres.Select((centre, c) => members.Contains(c) ? Points.Mean([.. members[c]]) : centre)];
        return new KMeans(points, moved, Step + 1);
    }

    /// <summary>Whether another step would change nothing.</summary>
    public bool IsSettled => Next().Assignments.SequenceEqual(Assignments);

    /// <summary>Starts with <c>k-means++</c> and steps until no point changes its cluster.</summary>
    /// <param name="points">The points: (point)(feature).</param>
    /// <param name="clusters">How many clusters.</param>
    /// <param name="seed">Another seed gives another start, and often another result.</param>
    /// <param name="maxSteps">When to stop at the latest.</param>
    public static KMeans Fit(IReadOnlyList<double[]> points, int clusters, long seed = 0, int maxSteps = 300)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxSteps);
        var state = Start(points, clusters, seed);
        while (state.Step < maxSteps)
        {
            var next = state.Next();
            var settled = next.Assignments.SequenceEqual(state.Assignments);
            state = next;
            if (settled)
            {
                break;
            }
        }

        return state;
    }

    /// <summary>The cluster whose centre is nearest to any point, and the squared distance to it.</summary>
    public (int Cluster, double SquaredDistance) NearestCentre(double[] point)
    {
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var c = 0; c < Centres.Count; c++)
        {
            var distance = Points.SquaredDistance(point, Centres[c]);
            (nearest, least) = distance < least ? (c, distance) : (nearest, least);
        }

        return (nearest, least);
    }

    // A point by its weight; if all weights are 0 (the points repeat each other), the first.
    private static int Draw(double[] weights, double uniform)
    {
        var rest = uniform * weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            rest -= weights[i];
            if (rest < 0)
            {
                return i;
            }
        }

        return Math.Max(0, Array.FindLastIndex(weights, w => w > 0));
    }
}
