using System.Globalization;

namespace Course.Alignment.Measurement;

/// <summary>A share that was counted, with how far it can be trusted.</summary>
/// <param name="Successes">How often; half a count for a tie.</param>
/// <param name="Total">Out of how many.</param>
public sealed record Proportion(double Successes, int Total)
{
    /// <summary>The share.</summary>
    public double Share => Successes / Total;

    /// <summary>
    /// Wilson's interval (Wilson 1927): the shares that the count does not contradict. Unlike share ± z·σ it stays within 0 and 1 and
    /// works for small counts and for shares near the ends.
    /// </summary>
    /// <param name="z">How many standard deviations: 1.96 for 95 %.</param>
    public (double Low, double High) Interval(double z = 1.96)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(z);
        var n = (double)Total;
        var centre = (Share + (z * z / (2 * n))) / (1 + (z * z / n));
        var half = z / (1 + (z * z / n)) * Math.Sqrt((Share * (1 - Share) / n) + (z * z / (4 * n * n)));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>The share of answers that equal the expected one, blanks at both ends aside.</summary>
    /// <param name="answers">What was answered.</param>
    /// <param name="expected">What should have been.</param>
    /// <exception cref="ArgumentException">There are none, or not equally many.</exception>
    public static Proportion ExactMatch(IReadOnlyList<string> answers, IReadOnlyList<string> expected)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(expected);
        CheckCounts(answers.Count, expected.Count);
        return new Proportion(answers.Zip(expected).Count(pair => pair.First.Trim() == pair.Second.Trim()), answers.Count);
    }

    /// <summary>How often one model's answers are better than another's; a tie is half a win.</summary>
    /// <param name="scores">How good the answers of one are.</param>
    /// <param name="opponent">How good those of the other are, to the same prompts.</param>
    /// <exception cref="ArgumentException">There are none, or not equally many.</exception>
    public static Proportion WinRate(IReadOnlyList<double> scores, IReadOnlyList<double> opponent)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(opponent);
        CheckCounts(scores.Count, opponent.Count);
        return new Proportion(scores.Zip(opponent).Sum(pair => pair.First > pair.Second ? 1 : pair.First == pair.Second ? 0.5 : 0), scores.Count);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var (low, high) = Interval();
        return string.Create(CultureInfo.InvariantCulture, $"{Share:P1} ({low:P1} to {high:P1}, n = {Total})");
    }

    private static void CheckCounts(int first, int second)
    {
        if (first == 0 || first != second)
        {
            throw new ArgumentException($"There are {first} and {second} answers: both must answer the same prompts.");
        }
    }
}
