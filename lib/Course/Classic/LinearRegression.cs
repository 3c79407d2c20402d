using Course.Runtime;
using TorchSharp;

namespace Course.Classic;

/// <summary>
/// A straight line (a plane, with several features) through points, with the smallest mean squared error: Legendre (1805), Gauss
/// (1809). With <c>ridge</c> above 0, large weights cost something too: Hoerl and Kennard, "Ridge regression" (1970).
/// </summary>
/// <remarks>
/// The loss is (1/n) Σ (w·x + b − y)² + ridge · Σ w². It is a bowl, so its lowest point can be computed instead of searched for.
/// </remarks>
public sealed class LinearRegression
{
    /// <summary>A line that is already known.</summary>
    /// <param name="weights">The slope along each feature.</param>
    /// <param name="bias">The height where all features are 0.</param>
    public LinearRegression(IReadOnlyList<double> weights, double bias)
    {
        ArgumentNullException.ThrowIfNull(weights);
        (Weights, Bias) = ([.. weights], bias);
    }

    /// <summary>The slope along each feature.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>The height where all features are 0; it is never punished.</summary>
    public double Bias { get; }

    /// <summary>Finds the line with the smallest loss.</summary>
    /// <param name="points">The examples: (example)(feature).</param>
    /// <param name="targets">What is to be predicted for each.</param>
    /// <param name="ridge">How much the squared weights cost, in units of the squared error; 0 for nothing.</param>
    /// <returns>The best line; where several are equally good (features that repeat each other), the one with the smallest weights.</returns>
    /// <exception cref="ArgumentException">No examples, not as many targets, a number that is not finite, or a negative <paramref name="ridge"/>.</exception>
    public static LinearRegression Fit(IReadOnlyList<double[]> points, IReadOnlyList<double> targets, double ridge = 0)
    {
        var features = Points.Check(points);
        CheckTargets(points, targets);
        if (!(ridge >= 0 && double.IsFinite(ridge)))
        {
            throw new ArgumentException($"The price of large weights is zero or positive, not {ridge}.", nameof(ridge));
        }

        // Centred, the best line goes through (0, 0), so the bias needs no column of its own and is not punished.
        var mean = Points.Mean(points);
        var meanTarget = targets.Average();

        // Below the examples stand as many more as there are features: "this weight should be 0". Their squared errors are the penalty.
        var rows = new double[points.Count + features, features];
        var heights = new double[points.Count + features, 1];
        for (var i = 0; i < points.Count; i++)
        {
            for (var f = 0; f < features; f++)
            {
                rows[i, f] = points[i][f] - mean[f];
            }

            heights[i, 0] = targets[i] - meanTarget;
        }

        for (var f = 0; f < features; f++)
        {
            rows[points.Count + f, f] = Math.Sqrt(ridge * points.Count);
        }

        using var scope = TorchRuntime.Scope();
        var x = torch.tensor(rows, device: torch.CPU);        // (example + feature, feature)
        var y = torch.tensor(heights, device: torch.CPU);     // (example + feature, 1)
        // The pseudo-inverse also has an answer where two features say the same: of all best weights, the smallest.
        double[] weights = [.. torch.linalg.pinv(x).matmul(y).flatten().data<double>()];
        return new LinearRegression(weights, meanTarget - weights.Zip(mean, (w, m) => w * m).Sum());
    }

    /// <summary>The height of the line over a point: w·x + b.</summary>
    /// <exception cref="ArgumentException">The point has another number of features.</exception>
    public double Predict(params double[] point)
    {
        Points.CheckQuery(point, Weights.Count);
        var sum = Bias;
        for (var f = 0; f < point.Length; f++)
        {
            sum += Weights[f] * point[f];
        }

        return sum;
    }

    /// <summary>The mean of the squared errors, in the target's unit squared, without any penalty.</summary>
    /// <exception cref="ArgumentException">No examples, or not as many targets.</exception>
    public double MeanSquaredError(IReadOnlyList<double[]> points, IReadOnlyList<double> targets)
    {
        Points.Check(points);
        CheckTargets(points, targets);
        return points.Select((point, i) => Math.Pow(Predict(point) - targets[i], 2)).Average();
    }

    private static void CheckTargets(IReadOnlyList<double[]> points, IReadOnlyList<double> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count != points.Count || !targets.All(double.IsFinite))
        {
            throw new ArgumentException($"{points.Count} points need as many finite targets; there are {targets.Count(double.IsFinite)}.", nameof(targets));
        }
    }
}
