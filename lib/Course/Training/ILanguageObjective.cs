using Course.Data;

namespace Course.Training;

/// <summary>What a language model is asked to predict, given a batch of text.</summary>
public interface ILanguageObjective
{
    /// <summary>Makes the question (inputs) and the answers (targets) of a batch.</summary>
    /// <param name="batch">The text: inputs, and as targets the tokens that follow. Stays the caller's.</param>
    /// <param name="index">The batch's number: the same number gives the same question. Negative in validation.</param>
    /// <returns>Inputs and targets, (batch, time); a target of −100 asks for nothing. May be <paramref name="batch"/> itself.</returns>
    TokenBatch Apply(TokenBatch batch, long index);
}

/// <summary>Predict the next token at every position: GPT's objective. The batch is used as it is.</summary>
public sealed class NextTokenObjective : ILanguageObjective
{
    /// <inheritdoc/>
    public TokenBatch Apply(TokenBatch batch, long index) => batch;
}
