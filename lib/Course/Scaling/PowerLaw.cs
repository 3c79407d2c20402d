using System.Globalization;

namespace Course.Scaling;

/// <summary>
/// y = scale · x^exponent: a straight line when both axes are logarithmic. Losses of language models fall along such lines over many
/// orders of magnitude of parameters, data and compute (Kaplan et al. 2020, section 1.2).
/// </summary>
/// <param name="Scale">y at x = 1.</param>
/// <param name="Exponent">By which power y grows; negative where it falls.</param>
public sealed record PowerLaw(double Scale, double Exponent)
{
    /// <summary>y at a given x.</summary>
    public double At(double x) => Scale * Math.Pow(x, Exponent);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scale:G4} · x^{Exponent:G4}");

    /// <summary>
    /// The line through the logarithms with the smallest sum of squared distances, and how sure its numbers are: the fit is made
    /// again and again with points drawn with replacement.
    /// </summary>
    /// <param name="points">At least three points with two different x; all coordinates positive.</param>
    /// <param name="level">How often the ranges are to hold the true values.</param>
    /// <param name="resamples">Repetitions with resampled points.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <exception cref="ArgumentException">There are too few points, or one is not positive and finite.</exception>
    public static PowerLawFit Fit(IEnumerable<(double X, double Y)> points, double level = 0.95, int resamples = 1000, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 20);
        (double X, double Y)[] logs = [.. points.Select(point => (Log(point.X), Log(point.Y)))];
        if (logs.Length < 3 || logs.All(point => point.X == logs[0].X))
        {
            throw new ArgumentException("A power law needs at least three points, with at least two different x.", nameof(points));
        }

        var (exponent, intercept) = Line(logs);
        var random = new Random(seed);
        var resampled = Enumerable.Range(0, resamples).Select(_ => Line(random.GetItems(logs, logs.Length))).ToArray();
        var unexplained = logs.Sum(point => Square(point.Y - intercept - (exponent * point.X)));
        var mean = logs.Average(point => point.Y);
        var all = logs.Sum(point => Square(point.Y - mean));
        return new PowerLawFit(
            new PowerLaw(Math.Exp(intercept), exponent),
            ConfidenceInterval.FromBootstrap(Math.Exp(intercept), resampled.Select(line => Math.Exp(line.Intercept)), level),
            ConfidenceInterval.FromBootstrap(exponent, resampled.Select(line => line.Slope), level),
            all == 0 ? 1 : 1 - (unexplained / all));
    }

    // Least squares of a line: slope = covariance / variance; not a number when a resample holds a single x.
    private static (double Slope, double Intercept) Line((double X, double Y)[] points)
    {
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        var variance = points.Sum(point => Square(point.X - x));
        var slope = variance == 0 ? double.NaN : points.Sum(point => (point.X - x) * (point.Y - y)) / variance;
        return (slope, y - (slope * x));
    }

    private static double Log(double value) => value > 0 && double.IsFinite(value)
        ? Math.Log(value)
        : throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture, $"A power law has positive, finite coordinates, but one is {value}."), nameof(value));

    private static double Square(double value) => value * value;
}

/// <summary>A power law found in measurements.</summary>
/// <param name="Law">The law.</param>
/// <param name="Scale">Its factor, with a range.</param>
/// <param name="Exponent">Its exponent, with a range.</param>
/// <param name="Determination">R² of the logarithms: which share of their variance the law explains, 1 for all of it.</param>
public sealed record PowerLawFit(PowerLaw Law, ConfidenceInterval Scale, ConfidenceInterval Exponent, double Determination);
