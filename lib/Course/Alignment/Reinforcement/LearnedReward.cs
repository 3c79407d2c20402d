using Course.Alignment.Judgement;

namespace Course.Alignment.Reinforcement;

/// <summary>The grade of a reward model, which reads the prompt and the completion.</summary>
/// <param name="model">The reward model.</param>
public sealed class LearnedReward(RewardModel model) : IRewardFunction
{
    /// <inheritdoc/>
    public double[] Score(IReadOnlyList<Completion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        return model.Score([.. completions.Select(completion => (IReadOnlyList<int>)[.. completion.Prompt, .. completion.Tokens])]);
    }
}
