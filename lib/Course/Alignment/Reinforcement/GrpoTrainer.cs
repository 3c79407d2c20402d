using Course.Data;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// Group relative policy optimisation (Shao et al. 2024, "DeepSeekMath", section 4): no value function. Each prompt is completed
/// several times, and a completion is good when it is better than its siblings.
/// </summary>
public sealed class GrpoTrainer : PolicyTrainer
{
    private const double Epsilon = 1e-4;

    private readonly GrpoOptions options;

    /// <summary>Prepares a training; the optimizer takes over the memory of the policy's parameters.</summary>
    /// <param name="policy">The policy that learns.</param>
    /// <param name="prompts">What is completed, as tokens.</param>
    /// <param name="reward">Says how good completions are.</param>
    /// <param name="options">How is trained.</param>
    /// <param name="endToken">The token that ends a completion.</param>
    /// <param name="padToken">The token that fills rows; another one.</param>
    /// <param name="reference">What KL is measured to; a copy of the policy as it is now when left out.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are no prompts.</exception>
    public GrpoTrainer(
        Gpt policy,
        IReadOnlyList<int[]> prompts,
        IRewardFunction reward,
        GrpoOptions options,
        int endToken,
        int padToken,
        Gpt? reference = null)
        : base(policy, policy, reference, prompts, reward, options, endToken, padToken) => this.options = options;

    /// <inheritdoc/>
    public override IReadOnlyList<string> MetricNames { get; } =
    [
        Metric.Score, Metric.ScoreDeviation, Metric.ZeroDeviationGroups, Metric.Kl, Metric.Entropy, Metric.Length, Metric.Ended,
        Metric.UpdateKl, Metric.ClipFraction, Metric.PolicyEntropy, Metric.PolicyLoss, Metric.Ratio, Metric.RatioVariance,
        Metric.GradientNorm, Metric.Updates, Metric.LearningRate,
    ];

    /// <summary>A = (r − mean) / (deviation + 10⁻⁴) within each group; exactly 0 in a group of equal rewards.</summary>
    /// <param name="scores">The rewards; the completions of a prompt stand side by side.</param>
    /// <param name="groupSize">How many there are of each prompt.</param>
    /// <param name="scaleByDeviation">Whether to divide, by the sample's standard deviation.</param>
    /// <returns>As many advantages as rewards.</returns>
    /// <exception cref="ArgumentException">The rewards do not divide into groups.</exception>
    public static double[] GroupAdvantages(IReadOnlyList<double> scores, int groupSize, bool scaleByDeviation = true)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        if (scores.Count % groupSize != 0)
        {
            throw new ArgumentException($"{scores.Count} rewards do not divide into groups of {groupSize}.", nameof(scores));
        }

        return [.. scores.Chunk(groupSize).SelectMany(group =>
        {
            // A mean of equal numbers may differ from them in the last bit, and the division would blow that up.
            if (group.All(score => score == group[0]))
            {
                return new double[groupSize];
            }

            var mean = group.Average();
            var deviation = Math.Sqrt(group.Sum(score => (score - mean) * (score - mean)) / (groupSize - 1));
            return group.Select(score => (score - mean) / (scaleByDeviation ? deviation + Epsilon : 1));
        })];
    }

    /// <summary>How much each token's loss counts; where no action was taken, not at all.</summary>
    /// <param name="isAction">Where an action was taken, (batch, time).</param>
    /// <param name="normalisation">Over what is averaged.</param>
    /// <param name="rows">Completions in the whole minibatch.</param>
    /// <param name="tokens">Actions in the whole minibatch.</param>
    /// <param name="maxTokens">The token limit of a completion.</param>
    /// <returns>(batch, time), float32; 0 and not NaN where there is nothing to average.</returns>
    public static torch.Tensor Weights(torch.Tensor isAction, GrpoNormalisation normalisation, int rows, long tokens, int maxTokens)
    {
        using var scope = torch.NewDisposeScope();
        var counts = isAction.to(torch.float32);
        return (normalisation switch
        {
            GrpoNormalisation.PerSequence => counts / counts.sum(1, keepdim: true).clamp_min(1) / rows,
            GrpoNormalisation.PerToken => counts / Math.Max(tokens, 1),
            GrpoNormalisation.Constant => counts / ((double)rows * maxTokens),
            _ => throw new ArgumentOutOfRangeException(nameof(normalisation), normalisation, "There is no such normalisation."),
        }).MoveToOuterDisposeScope();
    }

    /// <summary>The loss per token: the clipped objective, and β times the k3 estimate of KL to the reference (equation 4).</summary>
    /// <param name="logPolicy">log π of the actions, with a gradient.</param>
    /// <param name="logOld">log π_old of the actions.</param>
    /// <param name="logReference">log π_ref of the actions.</param>
    /// <param name="advantages">A.</param>
    /// <param name="clip">ε.</param>
    /// <param name="beta">β.</param>
    /// <returns>The loss, and where clipping stopped its gradient; both of the shape of the inputs.</returns>
    public static (torch.Tensor Loss, torch.Tensor IsClipped) TokenLoss(
        torch.Tensor logPolicy, torch.Tensor logOld, torch.Tensor logReference, torch.Tensor advantages, double clip, double beta)
    {
        using var scope = torch.NewDisposeScope();
        var (loss, isClipped) = ClippedObjective.Policy(logPolicy, logOld, advantages, clip);
        var whole = beta == 0 ? loss : loss + (beta * KlEstimator.K3.Estimate(logPolicy, logReference));
        return (whole.MoveToOuterDisposeScope(), isClipped.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    private protected override IEnumerable<int[]> Repeat(int[] prompt) => Enumerable.Repeat(prompt, options.GroupSize);

    /// <inheritdoc/>
    private protected override Experience Prepare(
        IReadOnlyList<Completion> completions, double[] scores, TokenBatch batch, Measurements measurements)
    {
        var isAction = LogProbabilities.IsAction(batch);
        var old = LogProbabilities.Of(Policy, batch, options.Temperature);
        var reference = LogProbabilities.Of(Reference, batch, options.Temperature);
        if (options.Kl == GrpoKl.InReward)
        {
            var spent = (old - reference).sum(1).to(torch.float64).cpu().data<double>().ToArray();
            scores = [.. scores.Zip(spent, (score, kl) => score - (options.Beta * kl))];
        }

        var groups = scores.Chunk(options.GroupSize).ToList();
        measurements.Set(Metric.ZeroDeviationGroups, groups.Count(group => group.All(score => score == group[0])) / (double)groups.Count);
        measurements.Set(Metric.Kl, (old - reference).sum(1).mean().ToDouble());
        measurements.Set(Metric.Entropy, (-old).sum(1).mean().ToDouble());
        var advantages = GroupAdvantages(scores, options.GroupSize, options.ScaleByDeviation);
        // Every token of a completion gets the completion's advantage.
        var perRow = torch.tensor(advantages.Select(a => (float)a).ToArray(), [scores.Length, 1], device: Policy.Device);
        return new Experience(batch.Inputs, batch.Targets, isAction, old, reference, perRow * isAction);
    }

    /// <inheritdoc/>
    private protected override torch.Tensor Loss(Experience piece, long minibatchTokens, int minibatchRows, Measurements measurements)
    {
        using var scope = torch.NewDisposeScope();
        var logits = Policy.Logits(piece.Inputs);
        var logPolicy = LogProbabilities.Of(logits, piece.Targets, options.Temperature);
        var (perToken, isClipped) = TokenLoss(
            logPolicy,
            piece.OldLogProbabilities,
            piece.ReferenceLogProbabilities,
            piece.Advantages,
            options.Clip,
            options.Kl == GrpoKl.InLoss ? options.Beta : 0);
        var weights = Weights(piece.IsAction, options.Normalisation, minibatchRows, minibatchTokens, options.MaxTokens);
        var loss = (perToken * weights).sum();
        using (torch.no_grad())
        {
            var logRatio = logPolicy - piece.OldLogProbabilities;
            var share = piece.IsAction.to(torch.float32) / Math.Max(minibatchTokens, 1);
            measurements.Add(Metric.PolicyLoss, loss.ToDouble());
            measurements.Add(Metric.ClipFraction, (isClipped * share).sum().ToDouble());
            measurements.Add(Metric.UpdateKl, (logRatio.pow(2) / 2 * share).sum().ToDouble());
            measurements.Add(Metric.Ratio, (logRatio.exp() * share).sum().ToDouble());
            measurements.Add(Metric.PolicyEntropy, (LogProbabilities.Entropy(logits, options.Temperature) * share).sum().ToDouble());
        }

        return loss.MoveToOuterDisposeScope();
    }
}
