using System.Globalization;

namespace Course.Training;

/// <summary>In which numbers a training computes.</summary>
public enum TrainingPrecision
{
    /// <summary>32 bits everywhere.</summary>
    Single,

    /// <summary>Matrix products in bfloat16, everything else and the weights themselves in float32: <see cref="Layers.MixedPrecision"/>.</summary>
    BFloat16,
}

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

    /// <summary>
    /// A file of JSON lines that gets one line for every update and evaluation, in the order in which they happen; <see langword="null"/>
    /// for none. A resumed training goes on where its checkpoint was; a training from the beginning replaces the file.
    /// </summary>
    public string? LogFile { get; init; }

    /// <summary>When to stop before <see cref="Steps"/>; <see langword="null"/> for never. In the end the model has its best weights.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// How slowly the moving average of the weights forgets, in [0, 1): <see cref="EmaWeights"/>. 0 for no average. With one, the
    /// evaluations are those of the averaged weights.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>In which precision the loss and its gradients are computed; weights and evaluations are float32 in any case.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>
    /// Whether the number of threads follows what other programs leave of the processor (<see cref="ThreadTuner"/>), up to
    /// <see cref="Runtime.TorchRuntime.Threads"/> as it is when the training runs. Sums are then taken in an order that depends on the
    /// machine's load, so that the last bits of the numbers differ from run to run.
    /// </summary>
    public bool AdaptThreads { get; init; }

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

        EmaWeights.CheckDecay(EmaDecay, nameof(EmaDecay));
        if (!Enum.IsDefined(Precision))
        {
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, "There is no such precision.");
        }

        if (LogFile is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(LogFile, nameof(LogFile));
        }

        if (EarlyStopping?.Validated() is not null && EvaluateEvery == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(EvaluateEvery), EvaluateEvery, "Early stopping looks at evaluations: say how many updates lie between them.");
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
        + $"clip {ClipNorm?.ToString("R", CultureInfo.InvariantCulture) ?? "none"}; accumulation {Accumulation}; seed {Seed}")
        + (EmaDecay > 0 ? string.Create(CultureInfo.InvariantCulture, $"; average {EmaDecay:R}") : "")
        + (EarlyStopping is { } rule ? $"; early stopping {rule}, every {EvaluateEvery}" : "")
        + (Precision == TrainingPrecision.Single ? "" : $"; precision {Precision}");
}
