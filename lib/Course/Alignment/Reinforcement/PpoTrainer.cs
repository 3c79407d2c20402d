using Course.Data;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// Proximal policy optimisation for language models (Schulman et al. 2017; for language Ziegler et al. 2019, Stiennon et al. 2020,
/// Ouyang et al. 2022). Each token is an action. At every token the policy pays for leaving the reference, and the score of the whole
/// completion is added at its last token: at the end token, when it ended by itself.
/// </summary>
public sealed class PpoTrainer : PolicyTrainer
{
    private const string CoefficientState = "kl_coefficient";

    private readonly ActorCritic model;
    private readonly PpoOptions options;

    /// <summary>Prepares a training; the optimizer takes over the memory of the model's parameters.</summary>
    /// <param name="model">Policy and value function.</param>
    /// <param name="prompts">What is completed, as tokens.</param>
    /// <param name="reward">Says how good completions are.</param>
    /// <param name="options">How is trained.</param>
    /// <param name="endToken">The token that ends a completion.</param>
    /// <param name="padToken">The token that fills rows; another one.</param>
    /// <param name="reference">What KL is measured to; a copy of the policy as it is now when left out.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are no prompts.</exception>
    public PpoTrainer(
        ActorCritic model,
        IReadOnlyList<int[]> prompts,
        IRewardFunction reward,
        PpoOptions options,
        int endToken,
        int padToken,
        Gpt? reference = null)
        : base(model?.Policy!, model!, reference, prompts, reward, options, endToken, padToken)
    {
        this.model = model!;
        this.options = options;
        Coefficient = options.Kl.Initial;
    }

    /// <summary>β for the next iteration.</summary>
    public double Coefficient { get; private set; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> MetricNames { get; } =
    [
        Metric.Score, Metric.ScoreDeviation, Metric.Kl, Metric.KlCoefficient, Metric.NonScoreReward, Metric.RlhfReward, Metric.Entropy,
        Metric.Length, Metric.Ended, Metric.UpdateKl, Metric.ClipFraction, Metric.PolicyEntropy, Metric.PolicyLoss, Metric.ValueLoss,
        Metric.ValueClipFraction, Metric.ExplainedVariance, Metric.Ratio, Metric.RatioVariance, Metric.GradientNorm, Metric.Updates,
        Metric.LearningRate,
    ];

    /// <summary>
    /// The reward of every action: −β k(π, π_ref) for each, and the completion's score added once, at its last action (Ouyang et al.
    /// 2022, equation 2 without the pretraining term).
    /// </summary>
    /// <param name="logPolicy">log π of the actions, (batch, time).</param>
    /// <param name="logReference">log π_ref of the actions, (batch, time).</param>
    /// <param name="scores">The completions' scores, (batch).</param>
    /// <param name="isAction">Where an action was taken, (batch, time).</param>
    /// <param name="beta">β.</param>
    /// <param name="estimator">How KL is estimated.</param>
    /// <returns>(batch, time), 0 where no action was taken.</returns>
    public static torch.Tensor Rewards(
        torch.Tensor logPolicy,
        torch.Tensor logReference,
        torch.Tensor scores,
        torch.Tensor isAction,
        double beta,
        KlEstimator estimator = KlEstimator.K1)
    {
        using var scope = torch.NewDisposeScope();
        var penalty = (-beta * estimator.Estimate(logPolicy, logReference)).masked_fill(~isAction, 0);
        // The last action of a row is the one at which the count of actions reaches their number.
        var counted = isAction.to(torch.int64).cumsum(1);
        var isLast = isAction & counted.eq(counted.narrow(1, counted.shape[1] - 1, 1));
        return (penalty + (scores.unsqueeze(1) * isLast)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    private protected override Experience Prepare(
        IReadOnlyList<Completion> completions, double[] scores, TokenBatch batch, Measurements measurements)
    {
        var isAction = LogProbabilities.IsAction(batch);
        var (logits, values) = model.Forward(batch.Inputs);
        var old = LogProbabilities.Of(logits, batch.Targets, options.Temperature);
        var reference = LogProbabilities.Of(Reference, batch, options.Temperature);
        var score = torch.tensor(scores.Select(s => (float)s).ToArray(), [scores.Length], device: Policy.Device);
        var rewards = Rewards(old, reference, score, isAction, Coefficient, options.KlEstimator);
        var total = rewards.sum(1).mean().ToDouble();
        measurements.Set(Metric.Kl, (old - reference).sum(1).mean().ToDouble());
        measurements.Set(Metric.KlCoefficient, Coefficient);
        measurements.Set(Metric.RlhfReward, total);
        measurements.Set(Metric.NonScoreReward, total - scores.Average());
        measurements.Set(Metric.Entropy, (-old).sum(1).mean().ToDouble());
        if (options.WhitenRewards)
        {
            rewards = MaskedStatistics.Whiten(rewards, isAction, keepMean: true);
        }

        var (advantages, returns) = GeneralisedAdvantage.Compute(rewards, values, isAction, options.Gamma, options.Lambda);
        var unexplained = MaskedStatistics.Variance(returns - values, isAction).ToDouble();
        var variance = MaskedStatistics.Variance(returns, isAction).ToDouble();
        measurements.Set(Metric.ExplainedVariance, variance > 0 ? 1 - (unexplained / variance) : 0);
        if (options.WhitenAdvantages)
        {
            advantages = MaskedStatistics.Whiten(advantages, isAction);
        }

        return new Experience(batch.Inputs, batch.Targets, isAction, old, reference, advantages, values, returns);
    }

    /// <inheritdoc/>
    private protected override torch.Tensor Loss(Experience piece, long minibatchTokens, int minibatchRows, Measurements measurements)
    {
        using var scope = torch.NewDisposeScope();
        var outside = ~piece.IsAction;
        var (logits, values) = model.Forward(piece.Inputs);
        var logPolicy = LogProbabilities.Of(logits, piece.Targets, options.Temperature);
        var (policyLoss, isClipped) = ClippedObjective.Policy(logPolicy, piece.OldLogProbabilities, piece.Advantages, options.Clip);
        var (valueLoss, isValueClipped) = ClippedObjective.Value(values, piece.Values!, piece.Returns!, options.ValueClip);
        var entropy = LogProbabilities.Entropy(logits, options.Temperature);
        var policy = Share(policyLoss);
        var value = Share(valueLoss);
        var undecided = Share(entropy);
        using (torch.no_grad())
        {
            var logRatio = logPolicy - piece.OldLogProbabilities;
            measurements.Add(Metric.PolicyLoss, policy.ToDouble());
            measurements.Add(Metric.ValueLoss, value.ToDouble());
            measurements.Add(Metric.PolicyEntropy, undecided.ToDouble());
            measurements.Add(Metric.ClipFraction, Share(isClipped.to(torch.float32)).ToDouble());
            measurements.Add(Metric.ValueClipFraction, Share(isValueClipped.to(torch.float32)).ToDouble());
            measurements.Add(Metric.UpdateKl, Share(logRatio.pow(2) / 2).ToDouble());
            measurements.Add(Metric.Ratio, Share(logRatio.exp()).ToDouble());
        }

        var loss = policy + (options.ValueCoefficient * value);
        return (options.EntropyCoefficient == 0 ? loss : loss - (options.EntropyCoefficient * undecided)).MoveToOuterDisposeScope();

        // The piece's share in the mean over the minibatch's actions.
        torch.Tensor Share(torch.Tensor perToken) => perToken.masked_fill(outside, 0).sum() / minibatchTokens;
    }

    /// <inheritdoc/>
    private protected override void Finish(IReadOnlyDictionary<string, double> metrics) =>
        Coefficient = options.Kl.Next(Coefficient, metrics[Metric.Kl], options.Completions);

    /// <inheritdoc/>
    private protected override void SaveState(Dictionary<string, double[]> state) => state[CoefficientState] = [Coefficient];

    /// <inheritdoc/>
    private protected override void RestoreState(IReadOnlyDictionary<string, double[]> state) => Coefficient = state[CoefficientState][0];
}
