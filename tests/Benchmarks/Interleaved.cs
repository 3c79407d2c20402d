using System.Diagnostics;
using System.Globalization;

namespace Course.Benchmarks;

/// <summary>
/// One of the things that are compared. Preparing is not timed; what it returns is, unless the thing has a clock of its own.
/// </summary>
internal sealed record Contender(string Name, Func<Action> Prepare, Func<double>? OwnSeconds = null);

/// <summary>The smallest, the middle and the greatest of some measured values.</summary>
internal readonly record struct Spread(double Minimum, double Median, double Maximum)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    public Spread Times(double factor) => new(factor * Minimum, factor * Median, factor * Maximum);

    public string ToString(string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Minimum.ToString(format, CultureInfo.InvariantCulture)} to "
        + $"{Maximum.ToString(format, CultureInfo.InvariantCulture)})");
}

/// <summary>
/// Times contenders in turn, round after round: A B C, A B C, … What disturbs the machine then disturbs them all, and the ratio
/// within a round says more than the times themselves.
/// </summary>
internal sealed class Interleaved
{
    private readonly double[][] seconds;

    private Interleaved(double[][] seconds) => this.seconds = seconds;

    /// <summary>Runs all contenders once without timing them, then in every round.</summary>
    public static Interleaved Run(int rounds, IReadOnlyList<Contender> contenders)
    {
        foreach (var contender in contenders)
        {
            contender.Prepare()();
        }

        var seconds = contenders.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var c = 0; c < contenders.Count; c++)
            {
                seconds[c][round] = contenders[c].OwnSeconds?.Invoke() ?? Seconds(contenders[c].Prepare());
            }
        }

        return new Interleaved(seconds);
    }

    /// <summary>How long one call takes.</summary>
    public static double Seconds(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The times of one contender.</summary>
    public Spread SecondsOf(int contender) => Spread.Of(seconds[contender]);

    /// <summary>Its speed for an amount of work.</summary>
    public Spread PerSecond(int contender, double amount) => Spread.Of(seconds[contender].Select(s => amount / s));

    /// <summary>How many times as long as <paramref name="other"/> it took, round by round.</summary>
    public Spread Ratio(int contender, int other) => Spread.Of(seconds[contender].Zip(seconds[other], (a, b) => a / b));
}
