using Course.Data;

namespace Course.Classic;

/// <summary>
/// A row of slot machines ("one-armed bandits"), each of which pays 1 with a chance that the player does not know, and otherwise 0:
/// the smallest problem in which one must try in order to learn, and pays for trying (Robbins, 1952).
/// </summary>
public sealed class Bandit
{
    private SplitMix64 random;

    /// <summary>Sets up the machines.</summary>
    /// <param name="chances">The chance of each to pay, 0 to 1.</param>
    /// <param name="seed">Another seed gives other luck.</param>
    /// <exception cref="ArgumentException">There is no machine, or a chance is not between 0 and 1.</exception>
    public Bandit(IReadOnlyList<double> chances, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(chances);
        if (chances.Count == 0 || !chances.All(c => c is >= 0 and <= 1))
        {
            throw new ArgumentException("A bandit has at least one arm, and each pays with a chance between 0 and 1.", nameof(chances));
        }

        Chances = [.. chances];
        random = SplitMix64.For(seed, index: 0);
    }

    /// <summary>The chance of each arm; the player does not see them.</summary>
    public IReadOnlyList<double> Chances { get; }

    /// <summary>How many arms there are.</summary>
    public int Arms => Chances.Count;

    /// <summary>The arm that pays most often; the first of equals.</summary>
    public int Best => Chances.Index().MaxBy(c => c.Item).Index;

    /// <summary>Pulls an arm.</summary>
    /// <returns>1 if it pays, otherwise 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such arm.</exception>
    public double Pull(int arm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(arm);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(arm, Arms);
        return random.NextDouble() < Chances[arm] ? 1 : 0;
    }

    /// <summary>Lets a player play.</summary>
    /// <param name="player">Who chooses, and learns from every reward.</param>
    /// <param name="pulls">How often.</param>
    /// <returns>The arm of each pull, in order.</returns>
    public int[] Play(BanditPlayer player, int pulls)
    {
        ArgumentNullException.ThrowIfNull(player);
        ArgumentOutOfRangeException.ThrowIfNegative(pulls);
        if (player.Pulls.Count != Arms)
        {
            throw new ArgumentException($"The player knows {player.Pulls.Count} arms, but there are {Arms}.", nameof(player));
        }

        var chosen = new int[pulls];
        for (var i = 0; i < pulls; i++)
        {
            chosen[i] = player.Choose();
            player.Learn(chosen[i], Pull(chosen[i]));
        }

        return chosen;
    }
}
