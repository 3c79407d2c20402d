using Course.Alignment.FineTuning;
using Course.Data;
using Course.Models;
using Course.Runtime;
using Course.Training;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// What trainings of a policy have in common, iteration by iteration: sample completions, have them scored, work out how much better
/// than usual each action was, and update the policy a few times. The same seed gives the same course to the last bit, also when the
/// training was interrupted and resumed.
/// </summary>
/// <remarks>
/// Dropout is off everywhere: with it, the policy that is updated would not be the one that sampled, and the ratio of their
/// probabilities would not start at 1.
/// </remarks>
public abstract class PolicyTrainer : IDisposable
{
    private const string MetricsState = "metrics";
    private const string UpdatesState = "updates";

    private readonly torch.nn.Module trained;
    private readonly IReadOnlyList<int[]> prompts;
    private readonly IRewardFunction reward;
    private readonly PolicyOptions options;
    private readonly Checkpoints? checkpoints;
    private readonly List<IterationMetrics> history = [];
    private readonly Gpt? ownReference;
    private readonly PolicyUpdates updates;
    private readonly List<(string Name, IRewardFunction Measure)> watched = [];
    private string? lastCheckpoint;
    private int savedIteration = -1;

    private protected PolicyTrainer(
        Gpt policy,
        torch.nn.Module trained,
        Gpt? reference,
        IReadOnlyList<int[]> prompts,
        IRewardFunction reward,
        PolicyOptions options,
        int endToken,
        int padToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(reward);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (prompts.Count == 0)
        {
            throw new ArgumentException("There are no prompts to complete.", nameof(prompts));
        }

        Sampler = new CompletionSampler(endToken, padToken, options.MaxTokens, options.Temperature);
        (Policy, this.trained, this.prompts, this.reward, this.options) = (policy, trained, prompts, reward, options);
        Reference = reference ?? (ownReference = policy.FrozenCopy());
        checkpoints = options.CheckpointFolder is { } folder ? new Checkpoints(folder) : null;
        Optimizer = AdamW.For(trained, options.Optimizer);
        updates = new PolicyUpdates(options, Optimizer, Loss);
    }

    /// <summary>The policy that learns.</summary>
    public Gpt Policy { get; }

    /// <summary>What it is compared with: itself at the start, unless another was given.</summary>
    public Gpt Reference { get; }

    /// <summary>How completions are sampled.</summary>
    public CompletionSampler Sampler { get; }

    /// <summary>What makes the updates.</summary>
    public AdamW Optimizer { get; }

    /// <summary>What happened, iteration by iteration.</summary>
    public IReadOnlyList<IterationMetrics> History => history;

    /// <summary>Iterations so far.</summary>
    public int Iteration { get; private set; }

    /// <summary>The names of what this training measures, in the order of its charts.</summary>
    public abstract IReadOnlyList<string> MetricNames { get; }

    /// <summary>All that is on record of an iteration: <see cref="MetricNames"/>, and what is watched.</summary>
    private IReadOnlyList<string> RecordedNames => [.. MetricNames, .. watched.Select(pair => pair.Name)];

    /// <summary>
    /// Has the completions of every iteration measured in another way too. Nothing is learned from it: this is how one sees that a
    /// learned reward goes up while what it stands for goes down.
    /// </summary>
    /// <param name="name">A name of its own; the mean over the completions is recorded under it.</param>
    /// <param name="measure">What is measured.</param>
    /// <exception cref="InvalidOperationException">Training has begun.</exception>
    /// <exception cref="ArgumentException">There is a measurement of that name.</exception>
    public void Watch(string name, IRewardFunction measure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(measure);
        if (Iteration > 0)
        {
            throw new InvalidOperationException("Say what is to be watched before the first iteration, and before resuming.");
        }

        if (RecordedNames.Contains(name))
        {
            throw new ArgumentException($"'{name}' is measured already.", nameof(name));
        }

        watched.Add((name, measure));
    }

    /// <summary>The measurements of one name, for a chart.</summary>
    /// <param name="name">A name from <see cref="Metric"/>.</param>
    public double[] Curve(string name) => [.. history.Select(iteration => iteration[name])];

    /// <summary>Continues where the newest usable checkpoint was written; starts from the beginning when there is none.</summary>
    /// <returns>What was found; its step is an iteration.</returns>
    /// <exception cref="InvalidOperationException">The options name no folder, or training has begun.</exception>
    public ResumeReport Resume()
    {
        if (checkpoints is null)
        {
            throw new InvalidOperationException($"To resume, set {nameof(PolicyOptions.CheckpointFolder)} in the options.");
        }

        if (Iteration > 0)
        {
            throw new InvalidOperationException($"Training has made {Iteration} iterations already. Resume before the first one.");
        }

        var notes = new List<string>();
        var restored = checkpoints.LoadNewest(Optimizer, notes);
        if (restored is not null)
        {
            Optimizer.Updates = (long)restored.State[UpdatesState][0];
            Iteration = savedIteration = (int)restored.Description.Step;
            var names = RecordedNames;
            if (restored.State[MetricsState].Length != Iteration * names.Count)
            {
                throw new InvalidOperationException($"'{restored.File}' was written by a training that watched something else.");
            }

            foreach (var row in restored.State[MetricsState].Chunk(names.Count))
            {
                history.Add(new IterationMetrics(history.Count + 1, names.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second)));
            }

            lastCheckpoint = restored.File;
            RestoreState(restored.State);
            if (restored.Description.Course != options.Course)
            {
                notes.Add($"The options differ from those before: now {options.Course}; before {restored.Description.Course}.");
            }
        }

        return new ResumeReport(Iteration, restored?.File, notes);
    }

    /// <summary>Trains up to <see cref="PolicyOptions.Iterations"/>, or up to an earlier one to look at the policy in between.</summary>
    /// <param name="progress">Called after every iteration.</param>
    /// <param name="until">Stop after so many iterations in all.</param>
    /// <param name="cancellation">Stops between two iterations, writes a checkpoint and throws.</param>
    /// <returns>What happened from the first iteration on.</returns>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; a checkpoint was written if there is a folder for them.</exception>
    public IReadOnlyList<IterationMetrics> Run(
        Action<IterationMetrics>? progress = null, int? until = null, CancellationToken cancellation = default)
    {
        var last = Math.Min(until ?? options.Iterations, options.Iterations);
        Optimizer.Parameters.ZeroGradients();
        trained.eval();
        try
        {
            while (Iteration < last)
            {
                Interruption.Point(cancellation);
                var metrics = Iterate();
                history.Add(metrics);
                Iteration++;
                progress?.Invoke(metrics);
                if (Iteration == last || (options.CheckpointEvery > 0 && Iteration % options.CheckpointEvery == 0))
                {
                    Save();
                }
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }

        return History;
    }

    /// <summary>Writes a checkpoint of this moment.</summary>
    /// <returns>The file, or <see langword="null"/> when the options name no folder.</returns>
    public string? Save()
    {
        if (checkpoints is not null && savedIteration != Iteration)
        {
            var state = new Dictionary<string, double[]>
            {
                [UpdatesState] = [Optimizer.Updates],
                [MetricsState] = [.. history.SelectMany(iteration => RecordedNames.Select(name => iteration[name]))],
            };
            SaveState(state);
            lastCheckpoint = checkpoints.Save(Iteration, options.Course, Optimizer, new TrainingHistory(), state);
            savedIteration = Iteration;
        }

        return lastCheckpoint;
    }

    /// <summary>Frees the optimizer's memory and the reference, if it is the trainer's own; the policy keeps its weights.</summary>
    public void Dispose()
    {
        Optimizer.Dispose();
        ownReference?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The prompts of an iteration, each as often as it is completed, equal ones side by side.</summary>
    private protected virtual IEnumerable<int[]> Repeat(int[] prompt) => [prompt];

    /// <summary>Works out what is to be learned from completions and their scores, and measures it.</summary>
    private protected abstract Experience Prepare(
        IReadOnlyList<Completion> completions, double[] scores, TokenBatch batch, Measurements measurements);

    /// <summary>The loss of some of the experience; the losses of the pieces of a minibatch add up to that of the minibatch.</summary>
    /// <param name="piece">A part of the minibatch.</param>
    /// <param name="minibatchTokens">How many actions the whole minibatch holds.</param>
    /// <param name="minibatchRows">How many completions the whole minibatch holds.</param>
    /// <param name="measurements">Gets the shares of this piece in the minibatch's means.</param>
    private protected abstract torch.Tensor Loss(Experience piece, long minibatchTokens, int minibatchRows, Measurements measurements);

    /// <summary>Called after the updates of an iteration.</summary>
    private protected virtual void Finish(IReadOnlyDictionary<string, double> metrics) { }

    private protected virtual void SaveState(Dictionary<string, double[]> state) { }

    private protected virtual void RestoreState(IReadOnlyDictionary<string, double[]> state) { }

    private IterationMetrics Iterate()
    {
        using var scope = torch.NewDisposeScope();
        var measurements = new Measurements();
        var chosen = ChoosePrompts();
        var completions = Sampler.Sample(Policy, chosen, options.Seed, (long)Iteration * chosen.Count);
        var scores = Score(completions);
        measurements.Set(Metric.Score, scores.Average());
        measurements.Set(Metric.ScoreDeviation, Math.Sqrt(scores.Select(score => Math.Pow(score - scores.Average(), 2)).Average()));
        measurements.Set(Metric.Length, completions.Average(completion => completion.Tokens.Count));
        measurements.Set(Metric.Ended, completions.Count(completion => completion.Ended));
        foreach (var (name, measure) in watched)
        {
            measurements.Set(name, measure.Score(completions).Average());
        }

        Experience experience;
        using (torch.no_grad())
        {
            experience = Prepare(completions, scores, Completion.ToBatch(completions, Sampler.PadToken, Policy.Device), measurements);
        }

        updates.Run(experience, Iteration, measurements, lastCheckpoint);
        Finish(measurements.Values);
        return new IterationMetrics(Iteration + 1, RecordedNames.ToDictionary(name => name, name => measurements.Values[name]));
    }

    private List<int[]> ChoosePrompts()
    {
        // Endless epochs, each in a new order: as many prompts as an iteration needs, whatever their number.
        var chosen = new List<int[]>();
        for (var i = 0; i < options.Prompts; i++)
        {
            var (epoch, position) = Math.DivRem(((long)Iteration * options.Prompts) + i, prompts.Count);
            chosen.AddRange(Repeat(prompts[(int)new Permutation(prompts.Count, options.Seed, epoch)[position]]));
        }

        return chosen;
    }

    private double[] Score(IReadOnlyList<Completion> completions)
    {
        var scores = reward.Score(completions);
        if (scores.Length != completions.Count || scores.Any(score => !double.IsFinite(score)))
        {
            throw new InvalidOperationException(
                $"The reward function gave {scores.Length} scores for {completions.Count} completions, or one that is no number.");
        }

        return options.MissingEndScore is { } fixedScore
            ? [.. scores.Zip(completions, (score, completion) => completion.Ended ? score : fixedScore)]
            : scores;
    }
}
