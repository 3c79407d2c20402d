using Course.Data;

namespace Course.Classic;

/// <summary>
/// Examples as points: each is an array of numbers, all of one length. The methods of this room take them as plain arrays, so that
/// every line can be followed with a pencil; where speed matters, the course uses tensors.
/// </summary>
public static class Points
{
    /// <summary>The rows of a table as points.</summary>
    /// <param name="table">The examples.</param>
    /// <param name="features">The features to take, in this order; all when none is named.</param>
    /// <returns>One new array for each example: (example)(feature).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The table has no feature of a number.</exception>
    public static double[][] Of(LabelledTable table, params IReadOnlyList<int> features)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(features);
        foreach (var feature in features)
        {
            if (feature < 0 || feature >= table.FeatureNames.Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(features), feature, $"{table.Name} has {table.FeatureNames.Count} features, numbered from 0.");
            }
        }

        var chosen = features.Count > 0 ? features : [.. Enumerable.Range(0, table.FeatureNames.Count)];
        return [.. Enumerable.Range(0, table.Count).Select(i => chosen.Select(feature => (double)table.Features[i, feature]).ToArray())];
    }

    /// <summary>The square of the straight distance between two points: the sum of the squared differences.</summary>
    /// <exception cref="ArgumentException">One has more numbers than the other.</exception>
    public static double SquaredDistance(double[] a, double[] b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"A point of {a.Length} numbers has no distance to a point of {b.Length}.", nameof(b));
        }

        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>The point in the middle: the mean of each number over all points.</summary>
    /// <exception cref="ArgumentException">There is no point, or they differ in length.</exception>
    public static double[] Mean(IReadOnlyList<double[]> points)
    {
        var mean = new double[Check(points)];
        foreach (var point in points)
        {
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += point[i] / points.Count;
            }
        }

        return mean;
    }

    /// <summary>How many numbers each point has, after checking that all have as many and that all are finite.</summary>
    internal static int Check(IReadOnlyList<double[]> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0)
        {
            throw new ArgumentException("There are no points to learn from.", nameof(points));
        }

        for (var i = 0; i < points.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(points[i], $"points[{i}]");
            if (points[i].Length != points[0].Length)
            {
                throw new ArgumentException($"Point {i} has {points[i].Length} numbers, but point 0 has {points[0].Length}.", nameof(points));
            }

            if (!Array.TrueForAll(points[i], double.IsFinite))
            {
                throw new ArgumentException($"Point {i} holds a number that is not finite.", nameof(points));
            }
        }

        return points[0].Length > 0 ? points[0].Length : throw new ArgumentException("The points have no numbers.", nameof(points));
    }

    /// <summary>As <see cref="Check(IReadOnlyList{double[]})"/>, and each point has a class from 0 up to <paramref name="classes"/> − 1.</summary>
    internal static int Check(IReadOnlyList<double[]> points, IReadOnlyList<int> labels, int classes)
    {
        var features = Check(points);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (labels.Count != points.Count)
        {
            throw new ArgumentException($"{points.Count} points need as many labels, not {labels.Count}.", nameof(labels));
        }

        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i] < 0 || labels[i] >= classes)
            {
                throw new ArgumentException($"The label of point {i} is {labels[i]}, but classes run from 0 to {classes - 1}.", nameof(labels));
            }
        }

        return features;
    }

    /// <summary>A point to be judged has as many numbers as those that were learnt from.</summary>
    internal static void CheckQuery(double[] point, int features)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Length != features)
        {
            throw new ArgumentException($"This point has {point.Length} numbers; those learnt from had {features}.", nameof(point));
        }
    }
}
