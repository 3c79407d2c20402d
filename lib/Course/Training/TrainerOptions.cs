using System.Globalization;

namespace Course.Training;

/// <summary>How a <see cref="Trainer"/> trains. Immutable.</summary>
public sealed record TrainerOptions
{
    /// <summary>How many updates there shall be in the end.</summary>
    public required long Steps { get; init; }

    /// <summary>The highest learning rate, when <see cref="Schedule"/> is left out.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// The learning rate of each update. When left out: warm-up over a twentieth of the updates (at most 100), then a cosine down to
    /// a tenth of <see cref="LearningRate"/>.
    /// </summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>The shape of the optimizer.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>The longest gradient that is not shortened; <see langword="null"/> for no limit.</summary>
    public double? ClipNorm { get; init; } = 1;

    /// <summary>
    /// Batches whose gradients are added up for one update: as good as one batch so many times as large, in the memory of a small one.
    /// </summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Updates between evaluations; 0 to evaluate at the end only.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>Where checkpoints are written; <see langword="null"/> for none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Updates between checkpoints; 0 to write one at the end only.</summary>
    public long CheckpointEvery { get; init; }

    /// <summary>How many checkpoints are kept, the newest ones; at least 1, and 2 to survive a damaged file.</summary>
    public int CheckpointsKept { get; init; } = 2;

    /// <summary>The seed of dropout and of whatever else the model draws at random while training.</summary>
    public long Seed { get; init; }

    /// <summary>Returns the options themselves, or says what is wrong with them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public TrainerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Steps, nameof(Steps));
        ArgumentOutOfRangeException.ThrowIfLessThan(Accumulation, 1, nameof(Accumulation));
        ArgumentOutOfRangeException.ThrowIfNegative(EvaluateEvery, nameof(EvaluateEvery));
        ArgumentOutOfRangeException.ThrowIfNegative(CheckpointEvery, nameof(CheckpointEvery));
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointsKept, 1, nameof(CheckpointsKept));
        if (ClipNorm is { } limit && !(limit > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(ClipNorm), limit, "The longest gradient is positive, or null for no limit.");
        }

        Optimizer.Validated();
        _ = EffectiveSchedule;
        return this;
    }

    /// <summary>The schedule, with the default resolved.</summary>
    public LearningRateSchedule EffectiveSchedule => Schedule
        ?? LearningRateSchedule.WarmupCosine(LearningRate, Math.Min(100, Steps / 20), Steps, LearningRate / 10);

    /// <summary>What decides about the numbers a training computes, in words: two trainings with the same words take the same course.</summary>
    internal string Course => string.Create(
        CultureInfo.InvariantCulture,
        $"rate {EffectiveSchedule}; β {Optimizer.Beta1:R} {Optimizer.Beta2:R}, ε {Optimizer.Epsilon:R}, decay {Optimizer.WeightDecay:R}; "
        + $"clip {ClipNorm?.ToString("R", CultureInfo.InvariantCulture) ?? "none"}; accumulation {Accumulation}; seed {Seed}");
}
