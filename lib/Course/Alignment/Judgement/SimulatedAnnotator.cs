using Course.Data;

namespace Course.Alignment.Judgement;

/// <summary>
/// An annotator whose taste is known: what was learned from the judgements can be compared with what was meant. A judgement is a
/// function of the annotator and the pair, so asking again gives the same answer.
/// </summary>
public sealed class SimulatedAnnotator
{
    private readonly Func<string, string, double> taste;
    private readonly double temperature;
    private readonly double flipRate;
    private readonly double tieMargin;
    private readonly long seed;

    /// <summary>Describes an annotator.</summary>
    /// <param name="name">The annotator's name; others with the same taste and another name err elsewhere.</param>
    /// <param name="taste">How much the annotator likes a text as an answer to a prompt: prompt and text in, utility out.</param>
    /// <param name="temperature">
    /// 0 for one who always prefers the text with the larger utility; otherwise the first is preferred with probability
    /// σ((u₁ − u₂)/temperature): the Bradley-Terry model.
    /// </param>
    /// <param name="flipRate">The share of judgements, in [0, 0.5], that are turned around by a slip of the hand.</param>
    /// <param name="tieMargin">Utilities that differ by less are a tie.</param>
    /// <param name="seed">Another seed errs elsewhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SimulatedAnnotator(
        string name, Func<string, string, double> taste, double temperature = 0, double flipRate = 0, double tieMargin = 0, long seed = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(taste);
        if (!(temperature >= 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature is 0 or more.");
        }

        if (!(flipRate is >= 0 and <= 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(flipRate), flipRate, "At more than one half, the judgements would mean the opposite.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(tieMargin);
        (Name, this.taste, this.temperature, this.flipRate, this.tieMargin) = (name, taste, temperature, flipRate, tieMargin);
        this.seed = (long)SplitMix64.Hash(seed, name);
    }

    /// <summary>The annotator's name.</summary>
    public string Name { get; }

    /// <summary>Judges a pair.</summary>
    /// <param name="pair">The texts.</param>
    /// <param name="when">The time to note; the epoch of Unix when left out, so that equal runs write equal files.</param>
    public Preference Judge(TextPair pair, DateTimeOffset? when = null)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var difference = taste(pair.Prompt, pair.First) - taste(pair.Prompt, pair.Second);
        var random = new SplitMix64(SplitMix64.Hash(seed, $"{pair.Prompt}\0{pair.First}\0{pair.Second}"));
        var (draw, slip) = (random.NextDouble(), random.NextDouble());
        Choice choice;
        if (Math.Abs(difference) < tieMargin || (difference == 0 && temperature == 0))
        {
            choice = Choice.Tie;
        }
        else
        {
            var prefersFirst = temperature == 0 ? difference > 0 : draw < 1 / (1 + Math.Exp(-difference / temperature));
            choice = prefersFirst != slip < flipRate ? Choice.First : Choice.Second;
        }

        return new Preference(pair, choice, Name, when ?? DateTimeOffset.UnixEpoch);
    }
}
