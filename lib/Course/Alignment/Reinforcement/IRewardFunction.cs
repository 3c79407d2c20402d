using Course.Tokenization;

namespace Course.Alignment.Reinforcement;

/// <summary>Says how good completions are.</summary>
public interface IRewardFunction
{
    /// <summary>A number for each completion: higher is better.</summary>
    /// <param name="completions">What was written.</param>
    double[] Score(IReadOnlyList<Completion> completions);
}

/// <summary>A reward computed from each completion alone: a rule, or a table.</summary>
/// <param name="score">The reward of a completion.</param>
public sealed class DelegateReward(Func<Completion, double> score) : IRewardFunction
{
    /// <inheritdoc/>
    public double[] Score(IReadOnlyList<Completion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        return [.. completions.Select(score)];
    }
}

/// <summary>
/// A reward that needs no model because the answer can be checked: a sum, a sorted list (Lambert et al. 2024 call it a verifiable
/// reward). The completion is decoded, and whatever does not end by itself is wrong.
/// </summary>
/// <param name="tokenizer">Decodes prompts and answers.</param>
/// <param name="verify">The reward of an answer to a prompt, both as text; the prompt with its special tokens.</param>
/// <param name="unfinished">The reward of an answer that was cut off.</param>
public sealed class VerifiableReward(ITokenizer tokenizer, Func<string, string, double> verify, double unfinished = 0) : IRewardFunction
{
    /// <inheritdoc/>
    public double[] Score(IReadOnlyList<Completion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        return [.. completions.Select(completion => completion.Ended
            ? verify(tokenizer.Decode([.. completion.Prompt]), tokenizer.Decode([.. completion.Text]))
            : unfinished)];
    }
}
