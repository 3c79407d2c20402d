namespace Course.Generation;

/// <summary>
/// One step between a model's logits and the choice of a token. Steps are put one after the other: each changes the logits it is
/// given, and what is left at the end goes through softmax.
/// </summary>
public interface ILogitsProcessor
{
    /// <summary>Changes the logits in place.</summary>
    /// <param name="logits">One number per token; −∞ for a token that must not be chosen. At least one is finite.</param>
    /// <param name="text">The text so far, prompt included.</param>
    void Process(Span<double> logits, ReadOnlySpan<int> text);
}
