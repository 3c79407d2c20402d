using Course.Alignment.Conversations;
using Course.Data;
using Course.Models;
using Course.Training;
using TorchSharp;

namespace Course.Alignment.FineTuning;

/// <summary>Two answers to one prompt, of which one was preferred; the answers are learned, the prompt is not.</summary>
/// <param name="Chosen">The better one.</param>
/// <param name="Rejected">The worse one.</param>
public sealed record PreferencePair(MaskedSequence Chosen, MaskedSequence Rejected);

/// <summary>What a policy makes of pairs.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The share of pairs in which the better answer has the larger implicit reward ("rewards/accuracies").</param>
/// <param name="ChosenReward">The mean of β log π/π_ref of the better answers ("rewards/chosen").</param>
/// <param name="RejectedReward">The same of the worse ones ("rewards/rejected").</param>
public sealed record PreferenceMeasurement(double Loss, double Accuracy, double ChosenReward, double RejectedReward)
{
    /// <summary>How far they are apart ("rewards/margins").</summary>
    public double Margin => ChosenReward - RejectedReward;
}

/// <summary>
/// Direct preference optimisation (Rafailov et al. 2023): learns from judgements without a reward model and without sampling, by a
/// loss of its own for each pair. Hand it to a <see cref="Trainer"/>.
/// </summary>
/// <remarks>
/// What the reference thinks of the pairs is computed once, in the beginning, so the reference gets no gradient and need not be kept.
/// Dropout is off while the policy learns: both answers are to be judged by the same model.
/// </remarks>
public sealed class DpoTask : ITrainingTask
{
    private const int ReferenceBatch = 32;

    private readonly Gpt policy;
    private readonly PreferenceLoss loss;
    private readonly int batchSize;
    private readonly int padToken;
    private readonly long seed;
    private readonly Judged train;
    private readonly Judged validation;

    /// <summary>Puts policy and judgements together.</summary>
    /// <param name="policy">What is trained.</param>
    /// <param name="pairs">Judgements to learn from.</param>
    /// <param name="loss">Which loss.</param>
    /// <param name="batchSize">Pairs in a batch.</param>
    /// <param name="padToken">Fills the end of shorter rows.</param>
    /// <param name="seed">Another seed gives another order.</param>
    /// <param name="validation">Judgements to evaluate on; <see langword="null"/> for none.</param>
    /// <param name="reference">What the policy is compared with; the policy as it is now when left out.</param>
    /// <param name="adapters">When given, only these learn: <see cref="LoraAdapters"/>.</param>
    /// <exception cref="ArgumentException">There is no pair, or an answer is empty or too long.</exception>
    public DpoTask(
        Gpt policy,
        IReadOnlyList<PreferencePair> pairs,
        PreferenceLoss loss,
        int batchSize,
        int padToken,
        long seed = 0,
        IReadOnlyList<PreferencePair>? validation = null,
        Gpt? reference = null,
        LoraAdapters? adapters = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("There are no pairs to learn from.", nameof(pairs));
        }

        foreach (var (index, pair) in pairs.Concat(validation ?? []).Index())
        {
            foreach (var row in new[] { pair.Chosen, pair.Rejected })
            {
                if (row.Checked(index, policy.BlockSize).LearnedCount == 0)
                {
                    throw new ArgumentException($"An answer of pair {index} has no token to learn.", nameof(pairs));
                }
            }
        }

        (this.policy, this.loss, this.batchSize, this.padToken, this.seed) = (policy, loss, batchSize, padToken, seed);
        Model = (torch.nn.Module?)adapters ?? policy;
        train = Judge(reference ?? policy, pairs);
        this.validation = Judge(reference ?? policy, validation ?? []);
    }

    /// <inheritdoc/>
    public torch.nn.Module Model { get; }

    /// <inheritdoc/>
    public string UnitName => "pairs";

    /// <inheritdoc/>
    public long UnitsPerBatch => batchSize;

    private sealed record Judged(IReadOnlyList<PreferencePair> Pairs, float[] Chosen, float[] Rejected);

    /// <inheritdoc/>
    public torch.Tensor Loss(long batch)
    {
        using var scope = torch.NewDisposeScope();
        policy.eval(); // without dropout, and with gradients
        var rows = new int[batchSize];
        for (var i = 0; i < batchSize; i++)
        {
            var (epoch, position) = Math.DivRem((batch * batchSize) + i, train.Pairs.Count);
            rows[i] = (int)new Permutation(train.Pairs.Count, seed, epoch)[position];
        }

        var (chosen, rejected) = LogRatios(train, rows);
        return loss.Of(chosen - rejected).mean().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Evaluation? Evaluate(CancellationToken cancellation = default) =>
        validation.Pairs.Count == 0 ? null : Measure(validation, cancellation) is var m ? new Evaluation(m.Loss, m.Accuracy) : null;

    /// <summary>What the policy makes of the pairs it learns from.</summary>
    public PreferenceMeasurement MeasureTraining() => Measure(train, default);

    /// <summary>What the policy makes of the pairs it is evaluated on.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public PreferenceMeasurement MeasureValidation() => validation.Pairs.Count > 0
        ? Measure(validation, default)
        : throw new InvalidOperationException("There are no pairs to evaluate on.");

    private PreferenceMeasurement Measure(Judged judged, CancellationToken cancellation)
    {
        using var evaluating = policy.Evaluating();
        var (sum, right, chosenReward, rejectedReward) = (0.0, 0.0, 0.0, 0.0);
        foreach (var rows in Enumerable.Range(0, judged.Pairs.Count).Chunk(ReferenceBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var (chosen, rejected) = LogRatios(judged, rows);
            var h = chosen - rejected;
            sum += loss.Of(h).sum().ToDouble();
            right += h.gt(0).sum().ToDouble() + (h.eq(0).sum().ToDouble() / 2);
            chosenReward += loss.Beta * chosen.sum().ToDouble();
            rejectedReward += loss.Beta * rejected.sum().ToDouble();
        }

        double count = judged.Pairs.Count;
        return new PreferenceMeasurement(sum / count, right / count, chosenReward / count, rejectedReward / count);
    }

    /// <summary>log π/π_ref of the better and of the worse answers, (rows) each.</summary>
    private (torch.Tensor Chosen, torch.Tensor Rejected) LogRatios(Judged judged, int[] rows)
    {
        var logs = LogsOf(policy, [.. rows.Select(row => judged.Pairs[row])]);
        var reference = torch.tensor(
            [.. rows.Select(row => judged.Chosen[row]), .. rows.Select(row => judged.Rejected[row])], [2 * rows.Length], device: policy.Device);
        var ratios = logs - reference;
        return (ratios.narrow(0, 0, rows.Length), ratios.narrow(0, rows.Length, rows.Length));
    }

    /// <summary>log π of all better answers, then of all worse ones, in one pass: the sums over the tokens of the answer.</summary>
    private torch.Tensor LogsOf(Gpt model, IReadOnlyList<PreferencePair> pairs)
    {
        var batch = MaskedSequence.ToBatch(
            [.. pairs.Select(pair => pair.Chosen), .. pairs.Select(pair => pair.Rejected)], padToken, model.Device);
        return LogProbabilities.OfRows(model, batch);
    }

    private Judged Judge(Gpt reference, IReadOnlyList<PreferencePair> pairs)
    {
        using var evaluating = reference.Evaluating();
        var (chosen, rejected) = (new List<float>(pairs.Count), new List<float>(pairs.Count));
        foreach (var some in pairs.Chunk(ReferenceBatch))
        {
            using var scope = torch.NewDisposeScope();
            var logs = LogsOf(reference, some).cpu().data<float>().ToArray();
            chosen.AddRange(logs[..some.Length]);
            rejected.AddRange(logs[some.Length..]);
        }

        return new Judged(pairs, [.. chosen], [.. rejected]);
    }
}
