using Course.Data;
using Course.Models;

namespace Course.Training;

/// <summary>What a language model is asked to predict, given a batch of text.</summary>
public interface ILanguageObjective
{
    /// <summary>Makes the question (inputs) and the answers (targets) of a batch.</summary>
    /// <param name="batch">The text: inputs, and as targets the tokens that follow. Stays the caller's.</param>
    /// <param name="index">The batch's number: the same number gives the same question. Negative in validation.</param>
    /// <returns>Inputs and targets, (batch, time); a target of −100 asks for nothing. May be <paramref name="batch"/> itself.</returns>
    TokenBatch Apply(TokenBatch batch, long index);

    /// <summary>How much of each answer training spreads over all tokens, in [0, 1): <see cref="CrossEntropy.Mean"/>. Evaluations do not.</summary>
    double LabelSmoothing => 0;
}

/// <summary>Predict the next token at every position: GPT's objective. The batch is used as it is.</summary>
/// <param name="labelSmoothing">How much of each answer training spreads over all tokens, in [0, 1); Vaswani et al. 2017 used 0.1.</param>
/// <exception cref="ArgumentOutOfRangeException">The smoothing is out of its range.</exception>
public sealed class NextTokenObjective(double labelSmoothing = 0) : ILanguageObjective
{
    /// <inheritdoc/>
    public double LabelSmoothing { get; } = CrossEntropy.CheckSmoothing(labelSmoothing, nameof(labelSmoothing));

    /// <inheritdoc/>
    public TokenBatch Apply(TokenBatch batch, long index) => batch;
}
