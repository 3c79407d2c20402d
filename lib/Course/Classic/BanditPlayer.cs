using Course.Data;

namespace Course.Classic;

/// <summary>
/// Plays a <see cref="Bandit"/>: remembers of each arm how often it was pulled and what it paid on average. How a player chooses is
/// what the kinds of players differ in.
/// </summary>
public abstract class BanditPlayer
{
    private readonly int[] pulls;
    private readonly double[] values;

    private protected BanditPlayer(int arms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms, 1);
        (pulls, values) = (new int[arms], new double[arms]);
    }

    /// <summary>How often each arm was pulled.</summary>
    public IReadOnlyList<int> Pulls => pulls;

    /// <summary>The mean reward of each arm so far; 0 before the first.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>The arm to pull next.</summary>
    public abstract int Choose();

    /// <summary>Moves the estimate of an arm towards what it just paid.</summary>
    /// <param name="arm">The arm that was pulled.</param>
    /// <param name="reward">What it paid.</param>
    /// <remarks>value += (reward − value) / n keeps the mean of n rewards without storing any (Sutton and Barto, 2018, equation 2.3).</remarks>
    public void Learn(int arm, double reward)
    {
        pulls[arm]++;
        values[arm] += (reward - values[arm]) / pulls[arm];
    }

    /// <summary>The arm with the highest score; the first of equals.</summary>
    private protected static int Highest(IReadOnlyList<double> scores)
    {
        var best = 0;
        for (var arm = 1; arm < scores.Count; arm++)
        {
            best = scores[arm] > scores[best] ? arm : best;
        }

        return best;
    }
}

/// <summary>
/// Mostly pulls the arm that looks best, and with the chance ε any arm. With ε = 0 it never looks back (greedy), with ε = 1 it never
/// learns to choose (random).
/// </summary>
public sealed class EpsilonGreedy : BanditPlayer
{
    private readonly double epsilon;
    private SplitMix64 random;

    /// <summary>A player.</summary>
    /// <param name="arms">How many arms there are.</param>
    /// <param name="epsilon">The chance to try any arm, 0 to 1.</param>
    /// <param name="seed">Another seed gives other trials.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no arm, or the chance is not between 0 and 1.</exception>
    public EpsilonGreedy(int arms, double epsilon, long seed = 0)
        : base(arms)
    {
        if (epsilon is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε is a chance, between 0 and 1.");
        }

        this.epsilon = epsilon;
        random = SplitMix64.For(seed, index: 1);
    }

    /// <inheritdoc/>
    public override int Choose() => random.NextDouble() < epsilon ? random.Next(Values.Count) : Highest(Values);
}

/// <summary>
/// Pulls the arm that could be best: its mean plus how uncertain that mean still is, √(2 ln t / n). An arm that was pulled rarely gets
/// the benefit of the doubt (UCB1: Auer, Cesa-Bianchi and Fischer, "Finite-time analysis of the multiarmed bandit problem", 2002).
/// </summary>
/// <param name="arms">How many arms there are.</param>
public sealed class UpperConfidenceBound(int arms) : BanditPlayer(arms)
{
    /// <inheritdoc/>
    public override int Choose()
    {
        var untried = Pulls.ToList().IndexOf(0);
        var total = Pulls.Sum();
        return untried >= 0
            ? untried
            : Highest([.. Values.Select((value, arm) => value + Math.Sqrt(2 * Math.Log(total) / Pulls[arm]))]);
    }
}
