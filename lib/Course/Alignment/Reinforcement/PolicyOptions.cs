using System.Globalization;
using Course.Training;

namespace Course.Alignment.Reinforcement;

/// <summary>What all trainings of a policy have in common: how it is sampled and how often updated. Immutable.</summary>
public abstract record PolicyOptions
{
    /// <summary>How many iterations there shall be in the end, each with fresh completions.</summary>
    public required int Iterations { get; init; }

    /// <summary>The most tokens of a completion.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Prompts in an iteration.</summary>
    public int Prompts { get; init; } = 64;

    /// <summary>The temperature of the sampling; all log-probabilities are taken at it.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How often the completions of an iteration are gone through.</summary>
    public int Epochs { get; init; } = 4;

    /// <summary>Into how many parts they are cut, with an update after each.</summary>
    public int MiniBatches { get; init; } = 4;

    /// <summary>Into how many pieces a part is cut to save memory; their gradients add up to the part's.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>The learning rate, when <see cref="Schedule"/> is left out: the same in all iterations.</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>The learning rate of each iteration.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>The shape of the optimizer: no weight decay, and the large ε of the original code.</summary>
    public AdamWOptions Optimizer { get; init; } = new() { Beta2 = 0.999, Epsilon = 1e-5, WeightDecay = 0 };

    /// <summary>The longest gradient that is not shortened; <see langword="null"/> for no limit.</summary>
    public double? ClipNorm { get; init; } = 1;

    /// <summary>How far the probability ratio may leave 1 before an update stops being rewarded for it: ε of the clipped objective.</summary>
    public double Clip { get; init; } = 0.2;

    /// <summary>
    /// The score of a completion that did not end by itself, whatever the reward function says: an answer nobody finished
    /// (Ziegler et al. 2019 used −1 with scores of mean 0 and variance 1); <see langword="null"/> to take the reward as it is.
    /// </summary>
    public double? MissingEndScore { get; init; }

    /// <summary>The rest of an iteration's updates is dropped when the policy has moved farther than this from the one that sampled, in
    /// nats per token (k2 estimate); <see langword="null"/> for no limit.</summary>
    public double? StopAtKl { get; init; }

    /// <summary>Another seed samples other completions.</summary>
    public long Seed { get; init; }

    /// <summary>Where checkpoints are written; <see langword="null"/> for none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Iterations between checkpoints; 0 to write one at the end only.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>The schedule, with the default resolved.</summary>
    public LearningRateSchedule EffectiveSchedule => Schedule ?? LearningRateSchedule.Constant(LearningRate);

    /// <summary>Completions in an iteration.</summary>
    internal abstract int Completions { get; }

    /// <summary>What decides about the numbers a training computes, in words.</summary>
    internal virtual string Course => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prompts} prompts, {MaxTokens} tokens at {Temperature:R}; {Epochs} epochs of {MiniBatches}/{Accumulation}; rate {EffectiveSchedule}; "
        + $"{Optimizer}; clip {ClipNorm?.ToString("R", CultureInfo.InvariantCulture) ?? "none"} {Clip:R}; "
        + $"no end {MissingEndScore?.ToString("R", CultureInfo.InvariantCulture) ?? "as scored"}; "
        + $"stop {StopAtKl?.ToString("R", CultureInfo.InvariantCulture) ?? "never"}; seed {Seed}");

    /// <summary>Throws when a number is out of its range.</summary>
    internal virtual void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Iterations);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Prompts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MiniBatches, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Accumulation, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CheckpointEvery);
        Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "is positive");
        Require(Clip > 0, nameof(Clip), Clip, "is positive; 0.2 is usual");
        Require(ClipNorm is null or > 0, nameof(ClipNorm), ClipNorm ?? 0, "is positive, or null for no limit");
        Require(StopAtKl is null or > 0, nameof(StopAtKl), StopAtKl ?? 0, "is positive, or null for no limit");
        Optimizer.Validated();
        if (Completions % (MiniBatches * Accumulation) != 0)
        {
            throw new ArgumentException(
                $"{Completions} completions cannot be cut into {MiniBatches} minibatches of {Accumulation} equal pieces.", nameof(MiniBatches));
        }
    }

    /// <summary>Throws unless a rule about a number holds.</summary>
    private protected static void Require(bool holds, string name, double value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} {rule}.");
        }
    }
}
