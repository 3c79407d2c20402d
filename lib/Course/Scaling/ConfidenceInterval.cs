using System.Globalization;

namespace Course.Scaling;

/// <summary>An estimate with the range in which the true value lies with a stated probability.</summary>
/// <param name="Estimate">The best guess.</param>
/// <param name="Low">The range's lower end.</param>
/// <param name="High">The range's upper end.</param>
/// <param name="Level">How often such a range holds the true value, for example 0.95.</param>
public sealed record ConfidenceInterval(double Estimate, double Low, double High, double Level)
{
    /// <summary>Whether a value lies in the range.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Estimate:G4} ({Level:P0} between {Low:G4} and {High:G4})");

    /// <summary>
    /// The range between the quantiles of resampled estimates (the percentile bootstrap: Efron 1979; Efron and Tibshirani 1993,
    /// section 13.3).
    /// </summary>
    /// <param name="estimate">The estimate from all data.</param>
    /// <param name="resampled">The same estimate from data drawn with replacement, again and again; what is not a number is left out.</param>
    /// <param name="level">How often the range is to hold the true value, between 0 and 1.</param>
    /// <exception cref="ArgumentException">There are fewer than 20 estimates: the ends of the range would be chance.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1.</exception>
    public static ConfidenceInterval FromBootstrap(double estimate, IEnumerable<double> resampled, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(resampled);
        if (!(level is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A level of confidence is between 0 and 1, for example 0.95.");
        }

        double[] sorted = [.. resampled.Where(double.IsFinite).Order()];
        if (sorted.Length < 20)
        {
            throw new ArgumentException($"{sorted.Length} resampled estimates are too few for a range; 20 are needed and 1,000 are usual.", nameof(resampled));
        }

        var tail = (1 - level) / 2;
        return new ConfidenceInterval(estimate, Quantile(sorted, tail), Quantile(sorted, 1 - tail), level);
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
