namespace Course.Generation;

/// <summary>
/// What choosing tokens needs of a model: how likely each token comes after a text. How much of the work of earlier questions is
/// kept is the model's own affair; the answer does not depend on it.
/// </summary>
public interface INextTokenModel : IDisposable
{
    /// <summary>How many different tokens there are.</summary>
    int VocabularySize { get; }

    /// <summary>The longest text that can be read, in tokens.</summary>
    int BlockSize { get; }

    /// <summary>How likely each token comes next, before softmax.</summary>
    /// <param name="texts">
    /// Texts of 1 to <see cref="BlockSize"/> tokens, not necessarily of the same length. Asking for texts that continue those of the
    /// last question by one token is what a cache makes cheap.
    /// </param>
    /// <returns>One row of logits per text.</returns>
    float[][] NextLogits(IReadOnlyList<int[]> texts);
}
