namespace Course.Generation;

/// <summary>One of the texts a beam search has found.</summary>
/// <param name="Tokens">The new tokens, without the prompt and without the stop token.</param>
/// <param name="Text">The same as text.</param>
/// <param name="LogProbability">The logarithm of the probability with which the model would write exactly this, stop token included.</param>
/// <param name="Score">What hypotheses are ranked by: <see cref="LogProbability"/> divided by length^penalty.</param>
/// <param name="IsFinished">Whether it ends with the stop token, and not because there was no more room.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, string Text, double LogProbability, double Score, bool IsFinished);
