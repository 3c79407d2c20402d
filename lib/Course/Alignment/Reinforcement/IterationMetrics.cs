using System.Globalization;

namespace Course.Alignment.Reinforcement;

/// <summary>What happened in one iteration, under the names practitioners know from their charts.</summary>
/// <param name="Iteration">The iteration's number, from 1.</param>
/// <param name="Values">The measurements by name.</param>
public sealed record IterationMetrics(int Iteration, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>A measurement.</summary>
    /// <param name="name">Its name, from <see cref="Metric"/>.</param>
    /// <exception cref="KeyNotFoundException">This training does not measure that.</exception>
    public double this[string name] => Values.TryGetValue(name, out var value)
        ? value
        : throw new KeyNotFoundException($"There is no measurement '{name}'. There are {string.Join(", ", Values.Keys)}.");

    /// <summary>The iteration in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"iteration {Iteration}")
        + string.Concat(Values.Select(pair => string.Create(CultureInfo.InvariantCulture, $"  {pair.Key} {pair.Value:G4}")));
}

/// <summary>The names of measurements.</summary>
public static class Metric
{
    /// <summary>KL(π ‖ π_ref) of the sampling policy, k1, summed over a completion's tokens: the distance spent so far.</summary>
    public const string Kl = "objective/kl";

    /// <summary>−log π of a completion, summed over its tokens: an estimate of the entropy.</summary>
    public const string Entropy = "objective/entropy";

    /// <summary>−β KL: the part of the reward that is not the score.</summary>
    public const string NonScoreReward = "objective/non_score_reward";

    /// <summary>Score − β KL: what is maximised.</summary>
    public const string RlhfReward = "objective/rlhf_reward";

    /// <summary>The mean score of the completions.</summary>
    public const string Score = "objective/scores";

    /// <summary>The standard deviation of the scores.</summary>
    public const string ScoreDeviation = "objective/scores_std";

    /// <summary>β in this iteration.</summary>
    public const string KlCoefficient = "objective/kl_coef";

    /// <summary>The mean number of tokens in a completion.</summary>
    public const string Length = "completions/mean_length";

    /// <summary>How many completions ended by themselves.</summary>
    public const string Ended = "val/num_eos_tokens";

    /// <summary>How far the updates moved the policy from the one that sampled (k2, per token), averaged over the updates.</summary>
    public const string UpdateKl = "policy/approxkl_avg";

    /// <summary>The share of tokens at which clipping stopped the gradient.</summary>
    public const string ClipFraction = "policy/clipfrac_avg";

    /// <summary>The policy's entropy per token, exact over the vocabulary.</summary>
    public const string PolicyEntropy = "policy/entropy_avg";

    /// <summary>The policy's loss.</summary>
    public const string PolicyLoss = "loss/policy_avg";

    /// <summary>The value function's loss.</summary>
    public const string ValueLoss = "loss/value_avg";

    /// <summary>The share of values at which clipping decided the loss.</summary>
    public const string ValueClipFraction = "val/clipfrac_avg";

    /// <summary>The mean ratio π_new/π_old.</summary>
    public const string Ratio = "val/ratio";

    /// <summary>The variance of the mean ratios of the iteration's updates.</summary>
    public const string RatioVariance = "val/ratio_var";

    /// <summary>How much of the returns' variance the value function explains: 1 for all, 0 for none.</summary>
    public const string ExplainedVariance = "val/explained_variance";

    /// <summary>The share of groups whose completions all got the same reward: nothing can be learned from them.</summary>
    public const string ZeroDeviationGroups = "frac_reward_zero_std";

    /// <summary>The gradient's length before clipping, averaged over the updates.</summary>
    public const string GradientNorm = "policy/grad_norm";

    /// <summary>How many updates were made.</summary>
    public const string Updates = "policy/updates";

    /// <summary>The learning rate.</summary>
    public const string LearningRate = "lr";
}
