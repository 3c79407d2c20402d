using Course.Runtime;
using TorchSharp;

namespace Course.Classic;

/// <summary>
/// The directions in which points differ most, one after the other and at right angles (Pearson, "On lines and planes of closest fit
/// to systems of points in space", 1901; Hotelling, 1933). Of all flat maps with so many coordinates, theirs loses least.
/// </summary>
public sealed class PrincipalComponents
{
    private PrincipalComponents(double[] mean, double[][] components, double[] variances) =>
        (Mean, Components, Variances) = (mean, components, variances);

    /// <summary>The middle of the points, from which the directions start.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>
    /// The directions, most important first: (component)(feature), each of length 1. The entry of largest size is positive, so that
    /// the sign, which means nothing, is the same everywhere.
    /// </summary>
    public IReadOnlyList<double[]> Components { get; }

    /// <summary>The variance of the points along each direction, in the features' unit squared (divided by n); never growing.</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>Measures the points.</summary>
    /// <param name="points">The points: (point)(feature).</param>
    /// <exception cref="ArgumentException">No points, they differ in length, or a number is not finite.</exception>
    public static PrincipalComponents Fit(IReadOnlyList<double[]> points)
    {
        var features = Points.Check(points);
        var mean = Points.Mean(points);
        var centred = new double[points.Count, features];
        for (var i = 0; i < points.Count; i++)
        {
            for (var f = 0; f < features; f++)
            {
                centred[i, f] = points[i][f] - mean[f];
            }
        }

        // The directions are the eigenvectors of the covariance matrix, and its eigenvalues are the variances.
        using var scope = TorchRuntime.Scope();
        var x = torch.tensor(centred, device: torch.CPU);                                  // (point, feature)
        var (values, vectors) = torch.linalg.eigh(x.T.matmul(x) / points.Count);           // ascending; a vector is a column
        double[] rising = [.. values.data<double>()];
        double[] columns = [.. vectors.T.contiguous().data<double>()];                     // (component, feature)
        return new PrincipalComponents(
            mean,
            [.. Enumerable.Range(0, features).Reverse().Select(c => Upright(columns[(c * features)..((c + 1) * features)]))],
            [.. rising.Reverse().Select(v => Math.Max(0, v))]);   // rounding can make a zero slightly negative
    }

    /// <summary>The coordinates of a point on the flat map: how far it lies from the middle along each of the first directions.</summary>
    /// <param name="point">The point.</param>
    /// <param name="count">How many directions, from 1 up to the number of features.</param>
    /// <exception cref="ArgumentException">The point has another number of features, or there are not so many directions.</exception>
    public double[] Project(double[] point, int count)
    {
        Points.CheckQuery(point, Mean.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Components.Count);
        return [.. Components.Take(count).Select(direction => direction.Select((d, f) => d * (point[f] - Mean[f])).Sum())];
    }

    /// <summary>The point of the original space that has these coordinates on the flat map, and lies on it.</summary>
    /// <param name="coordinates">One for each of the first directions.</param>
    /// <exception cref="ArgumentException">There are more coordinates than directions.</exception>
    public double[] Reconstruct(IReadOnlyList<double> coordinates)
    {
        ArgumentNullException.ThrowIfNull(coordinates);
        if (coordinates.Count > Components.Count)
        {
            throw new ArgumentException($"{coordinates.Count} coordinates, but there are {Components.Count} directions.", nameof(coordinates));
        }

        double[] point = [.. Mean];
        for (var c = 0; c < coordinates.Count; c++)
        {
            for (var f = 0; f < point.Length; f++)
            {
                point[f] += coordinates[c] * Components[c][f];
            }
        }

        return point;
    }

    /// <summary>The share of all variance that the first directions hold: 0 for none, 1 for all.</summary>
    public double ExplainedShare(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var all = Variances.Sum();
        return all > 0 ? Variances.Take(count).Sum() / all : 1;
    }

    private static double[] Upright(double[] direction) =>
        direction.MaxBy(Math.Abs) < 0 ? [.. direction.Select(d => -d)] : direction;
}
