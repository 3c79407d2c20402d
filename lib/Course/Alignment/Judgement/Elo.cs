namespace Course.Alignment.Judgement;

/// <summary>
/// Ratings that move a little after every comparison (Elo 1978), as in chess and in public rankings of chat models. They approach
/// Bradley-Terry strengths times 400/ln 10, but depend on the order of the comparisons and never come to rest.
/// </summary>
public sealed class Elo
{
    private readonly double[] ratings;
    private readonly double step;

    /// <summary>Starts with equal ratings.</summary>
    /// <param name="count">How many competitors there are.</param>
    /// <param name="initial">The rating of all.</param>
    /// <param name="step">K: how far a surprise moves a rating at most.</param>
    public Elo(int count, double initial = 1000, double step = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        ratings = [.. Enumerable.Repeat(initial, count)];
        this.step = step;
    }

    /// <summary>The ratings.</summary>
    public IReadOnlyList<double> Ratings => ratings;

    /// <summary>The probability that one beats another: 1/(1 + 10^((r₂ − r₁)/400)).</summary>
    /// <param name="first">The number of one.</param>
    /// <param name="second">The number of the other.</param>
    public double WinProbability(int first, int second) => 1 / (1 + Math.Pow(10, (ratings[second] - ratings[first]) / 400));

    /// <summary>Takes in a result: both ratings move by K times the surprise, in opposite directions.</summary>
    /// <param name="first">The number of one.</param>
    /// <param name="second">The number of the other.</param>
    /// <param name="choice">Who was better.</param>
    public void Update(int first, int second, Choice choice)
    {
        var score = choice switch { Choice.First => 1, Choice.Tie => 0.5, _ => 0 };
        var change = step * (score - WinProbability(first, second));
        ratings[first] += change;
        ratings[second] -= change;
    }
}
