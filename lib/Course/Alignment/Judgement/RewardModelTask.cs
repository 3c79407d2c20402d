using Course.Data;
using Course.Training;
using TorchSharp;

namespace Course.Alignment.Judgement;

/// <summary>Two texts as tokens, prompt included, of which one was preferred.</summary>
/// <param name="Chosen">The better one.</param>
/// <param name="Rejected">The worse one.</param>
/// <param name="Margin">By how much it is to be ahead.</param>
public sealed record RewardPair(IReadOnlyList<int> Chosen, IReadOnlyList<int> Rejected, double Margin = 0);

/// <summary>Teaches a reward model to grade as annotators judged. Hand it to a <see cref="Trainer"/>.</summary>
public sealed class RewardModelTask : ITrainingTask
{
    private readonly RewardModel model;
    private readonly IReadOnlyList<RewardPair> train;
    private readonly IReadOnlyList<RewardPair> validation;
    private readonly PairwiseRewardLoss loss;
    private readonly int batchSize;
    private readonly long seed;

    /// <summary>Puts model and judgements together.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">Pairs to learn from; ties are none.</param>
    /// <param name="batchSize">Pairs in a batch.</param>
    /// <param name="seed">Another seed gives another order.</param>
    /// <param name="validation">Pairs to evaluate on; <see langword="null"/> for none.</param>
    /// <param name="loss">The loss; without centring when left out.</param>
    /// <exception cref="ArgumentException">There is no pair to learn from, or a text is empty or too long.</exception>
    public RewardModelTask(
        RewardModel model,
        IReadOnlyList<RewardPair> train,
        int batchSize,
        long seed = 0,
        IReadOnlyList<RewardPair>? validation = null,
        PairwiseRewardLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (train.Count == 0)
        {
            throw new ArgumentException("There are no pairs to learn from.", nameof(train));
        }

        foreach (var (index, pair) in train.Concat(validation ?? []).Index())
        {
            foreach (var text in new[] { pair.Chosen, pair.Rejected })
            {
                if (text.Count == 0 || text.Count > model.Trunk.BlockSize)
                {
                    throw new ArgumentException(
                        $"A text of pair {index} has {text.Count} tokens; the model reads 1 to {model.Trunk.BlockSize}.", nameof(train));
                }
            }
        }

        (this.model, this.train, this.batchSize, this.seed) = (model, train, batchSize, seed);
        this.validation = validation ?? [];
        this.loss = loss ?? new PairwiseRewardLoss();
    }

    /// <inheritdoc/>
    public torch.nn.Module Model => model;

    /// <inheritdoc/>
    public string UnitName => "pairs";

    /// <inheritdoc/>
    public long UnitsPerBatch => batchSize;

    /// <inheritdoc/>
    public torch.Tensor Loss(long batch)
    {
        using var scope = torch.NewDisposeScope();
        var pairs = new RewardPair[batchSize];
        for (var i = 0; i < batchSize; i++)
        {
            var (epoch, position) = Math.DivRem((batch * batchSize) + i, train.Count);
            pairs[i] = train[(int)new Permutation(train.Count, seed, epoch)[position]];
        }

        // One pass for both halves: the same work in larger pieces.
        var scores = model.Forward([.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)]);
        var margins = torch.tensor(pairs.Select(pair => (float)pair.Margin).ToArray(), [batchSize], device: model.Trunk.Device);
        return loss.Of(scores.narrow(0, 0, batchSize), scores.narrow(0, batchSize, batchSize), margins).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default)
    {
        if (validation.Count == 0)
        {
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        var ahead = Differences(model, validation);
        return new Evaluation(
            ahead.Zip(validation, (d, pair) => Math.Log(1 + Math.Exp(pair.Margin - d))).Average(),
            ahead.Average(d => d > 0 ? 1 : d == 0 ? 0.5 : 0));
    }

    /// <summary>By how much the better text of each pair is ahead in the model's grades: positive where the model judges alike.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pairs">The pairs.</param>
    public static double[] Differences(RewardModel model, IReadOnlyList<RewardPair> pairs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pairs);
        var chosen = model.Score([.. pairs.Select(pair => pair.Chosen)]);
        var rejected = model.Score([.. pairs.Select(pair => pair.Rejected)]);
        return [.. chosen.Zip(rejected, (c, r) => c - r)];
    }
}
