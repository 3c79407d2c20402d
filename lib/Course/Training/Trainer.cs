using System.Diagnostics;
using Course.Data;
using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Training;

/// <summary>
/// Trains whatever an <see cref="ITrainingTask"/> describes: loss, gradients, clipping, update, again and again, with evaluations
/// and checkpoints in between. The same seeds on the same machine give the same course to the last bit, also when the training was
/// interrupted and resumed.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const string AveragePrefix = "average.";
    private const string BestPrefix = "best.";

    private readonly ITrainingTask task;
    private readonly LearningRateSchedule schedule;
    private readonly Checkpoints? checkpoints;
    private readonly BestWeights? best;
    private MetricLog? log;
    private ThreadTuner? threads;
    private string? lastCheckpoint;
    private long savedStep = -1;

    /// <summary>Prepares a training; the optimizer takes over the memory of the model's parameters.</summary>
    /// <param name="task">What is learned.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Trainer(ITrainingTask task, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        this.task = task;
        Options = options.Validated();
        schedule = options.EffectiveSchedule;
        checkpoints = options.CheckpointFolder is { } folder ? new Checkpoints(folder, options.CheckpointsKept) : null;
        Optimizer = AdamW.For(task.Model, options.Optimizer);
        Average = options.EmaDecay > 0 ? new EmaWeights(Optimizer.Parameters, options.EmaDecay) : null;
        best = options.EarlyStopping is { } rule ? new BestWeights(Optimizer.Parameters, rule) : null;
    }

    /// <summary>How is trained.</summary>
    public TrainerOptions Options { get; }

    /// <summary>What makes the updates.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The moving average of the weights, if <see cref="TrainerOptions.EmaDecay"/> asks for one.</summary>
    public EmaWeights? Average { get; }

    /// <summary>With <see cref="TrainerOptions.EarlyStopping"/>: the best evaluation so far, whose weights are kept.</summary>
    public EvaluationPoint? Best => best?.Best;

    /// <summary>Whether <see cref="TrainerOptions.EarlyStopping"/> has ended the training.</summary>
    public bool HasStoppedEarly => best?.IsOutOfPatience ?? false;

    /// <summary>The course so far.</summary>
    public TrainingHistory History { get; private set; } = new();

    /// <summary>Updates so far.</summary>
    public long Step { get; private set; }

    /// <summary>Continues where the newest usable checkpoint was written; starts from the beginning when there is none.</summary>
    /// <returns>What was found, and what was wrong with checkpoints that had to be passed over.</returns>
    /// <exception cref="InvalidOperationException">The options name no folder of checkpoints, or training has begun.</exception>
    public ResumeReport Resume()
    {
        if (checkpoints is null)
        {
            throw new InvalidOperationException($"To resume, set {nameof(TrainerOptions.CheckpointFolder)} in the options.");
        }

        if (Step > 0)
        {
            throw new InvalidOperationException($"Training has made {Step} updates already. Resume before the first one.");
        }

        var notes = new List<string>();
        var restored = checkpoints.LoadNewest(Optimizer, notes, Extras());
        if (restored is not null)
        {
            Step = savedStep = restored.Description.Step;
            History = restored.History;
            lastCheckpoint = restored.File;
            RestoreExtras(restored, notes);
            if (restored.Description.Course != Options.Course)
            {
                notes.Add($"The options differ from those before: now {Options.Course}; before {restored.Description.Course}.");
            }
        }

        return new ResumeReport(Step, restored?.File, notes);
    }

    /// <summary>Trains up to <see cref="TrainerOptions.Steps"/>, or up to an earlier update to look at the model in between.</summary>
    /// <param name="progress">Called after every update and evaluation, for reports: <see cref="ProgressReport"/>.</param>
    /// <param name="until">Stop after so many updates in all; the schedule still aims at <see cref="TrainerOptions.Steps"/>.</param>
    /// <param name="cancellation">Stops between two updates, writes a checkpoint and throws.</param>
    /// <returns>The course from the first update on.</returns>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite.</exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled, or the thread was interrupted (<see cref="Interruption"/>); a checkpoint was written if there is a folder for them.
    /// </exception>
    /// <exception cref="IOException">A checkpoint or the log cannot be written; checkpoints from before are unchanged.</exception>
    public TrainingHistory Run(
        Action<TrainingProgress>? progress = null, long? until = null, CancellationToken cancellation = default)
    {
        var allThreads = TorchRuntime.Threads;
        threads = Options.AdaptThreads ? threads ?? new ThreadTuner(allThreads) : null;
        var last = Math.Min(until ?? Options.Steps, Options.Steps);
        // Training draws its random numbers from its own seed; whoever draws outside must not notice.
        using var outside = torch.random.get_rng_state();
        try
        {
            task.Model.train();
            log = Options.LogFile is { } path ? new MetricLog(path, History, task.UnitName) : null;
            // Gradients of experiments by hand, or of an update that was interrupted, are none of this training's.
            Optimizer.Parameters.ZeroGradients();
            if (Step == 0 && Options.EvaluateEvery > 0 && History.Evaluations.Count == 0)
            {
                Evaluate(progress, cancellation);
            }

            while (Step < last && !HasStoppedEarly)
            {
                Interruption.Point(cancellation);
                if (threads is not null)
                {
                    TorchRuntime.Threads = threads.Threads;
                }

                var step = MakeUpdate();
                History.Add(step);
                log?.Add(step);
                progress?.Invoke(new TrainingProgress(Step, Options.Steps, step, null, task.UnitName));
                if (Step == last || IsDue(Options.EvaluateEvery))
                {
                    Evaluate(progress, cancellation);
                }

                if (checkpoints is not null && (Step == last || HasStoppedEarly || IsDue(Options.CheckpointEvery)))
                {
                    Save();
                }
            }

            // Behind the last checkpoint, from which a longer training could go on with the last weights.
            if (Step == Options.Steps || HasStoppedEarly)
            {
                best?.Restore();
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }
        finally
        {
            if (threads is not null)
            {
                TorchRuntime.Threads = allThreads;
            }

            log?.Dispose();
            log = null;
            torch.random.set_rng_state(outside);
        }

        return History;
    }

    /// <summary>Writes a checkpoint of this moment.</summary>
    /// <returns>The file, or <see langword="null"/> when the options name no folder.</returns>
    public string? Save()
    {
        if (checkpoints is not null && savedStep != Step)
        {
            lastCheckpoint = checkpoints.Save(
                Step, Options.Course, Optimizer, History, extras: Extras().Where(extra => extra.Prefix != BestPrefix || Best is not null));
            savedStep = Step;
        }

        return lastCheckpoint;
    }

    /// <summary>Frees the optimizer's memory; the model keeps its weights.</summary>
    public void Dispose()
    {
        Average?.Dispose();
        best?.Dispose();
        Optimizer.Dispose();
    }

    private List<Checkpoints.Extra> Extras() =>
    [
        .. Average is null ? (ReadOnlySpan<Checkpoints.Extra>)[] : [new(AveragePrefix, Average.Average)],
        .. best is null ? (ReadOnlySpan<Checkpoints.Extra>)[] : [new(BestPrefix, best.Row)],
    ];

    private void RestoreExtras(Checkpoints.Restored restored, List<string> notes)
    {
        if (Average is not null && !restored.Extras.Contains(AveragePrefix))
        {
            Average.Restart();
            notes.Add("The checkpoint holds no average of the weights: it starts with the weights as they are.");
        }

        if (best is not null && restored.Extras.Contains(BestPrefix))
        {
            best.Replay(History.Evaluations.Where(CountsForStopping));
        }
    }

    // Evaluations where a run happened to pause are none that an unbroken training would have made.
    private bool CountsForStopping(EvaluationPoint point) => point.Step % Options.EvaluateEvery == 0 || point.Step == Options.Steps;

    private bool IsDue(long interval) => interval > 0 && Step % interval == 0;

    private TrainingStep MakeUpdate()
    {
        using var scope = torch.NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var learningRate = schedule.At(Step);
        var loss = 0.0;
        for (var part = 0; part < Options.Accumulation; part++)
        {
            using var inner = torch.NewDisposeScope();
            var batch = (Step * Options.Accumulation) + part;
            // Dropout's noise becomes a function of seed and batch: nothing that happens in between can shift it.
            TorchRuntime.Seed(unchecked((long)SplitMix64.For(Options.Seed, batch).NextBits()));
            var partLoss = Loss(batch) / Options.Accumulation;
            loss += partLoss.ToDouble();
            StopUnlessFinite(loss, double.NaN, learningRate, isFinite: double.IsFinite(loss));
            partLoss.backward();
        }

        var norm = Optimizer.GradientNorm();
        StopUnlessFinite(loss, norm, learningRate, isFinite: double.IsFinite(norm));
        Optimizer.Update(learningRate, AdamW.ClipScale(norm, Options.ClipNorm));
        Step++;
        Average?.Add(Step);
        threads?.Add(clock.Elapsed);
        var units = task.UnitsPerBatch * Options.Accumulation;
        return new TrainingStep(Step, loss, learningRate, norm, units / clock.Elapsed.TotalSeconds);
    }

    private torch.Tensor Loss(long batch)
    {
        using var precision = Options.Precision == TrainingPrecision.BFloat16 ? MixedPrecision.BFloat16() : null;
        return task.Loss(batch);
    }

    private void StopUnlessFinite(double loss, double norm, double learningRate, bool isFinite)
    {
        if (!isFinite)
        {
            // The weights are those from before; the gradients that went wrong must not meet the next ones.
            Optimizer.Parameters.ZeroGradients();
            throw new TrainingDivergedException(Step + 1, loss, norm, learningRate, lastCheckpoint);
        }
    }

    private void Evaluate(Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var averaged = Average?.InModel();
        if (task.Evaluate(cancellation) is not { } result)
        {
            return;
        }

        var point = new EvaluationPoint(Step, result);
        History.Add(point);
        log?.Add(point);
        if (best is not null && CountsForStopping(point))
        {
            best.Add(point); // the weights that were evaluated: the averages, if there are any
        }

        var step = History.Steps.Count > 0 ? History.Steps[^1] : null;
        progress?.Invoke(new TrainingProgress(Step, Options.Steps, step, result, task.UnitName));
    }
}

/// <summary>What <see cref="Trainer.Resume"/> found.</summary>
/// <param name="Step">Updates that need not be made again; 0 for a start from the beginning.</param>
/// <param name="File">The checkpoint, if there was a usable one.</param>
/// <param name="Notes">What was wrong or different, one sentence each.</param>
public sealed record ResumeReport(long Step, string? File, IReadOnlyList<string> Notes)
{
    /// <summary>The report in words.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [File is null ? "No usable checkpoint: starting from the beginning." : $"Resumed after update {Step} from '{File}'.", .. Notes]);
}
