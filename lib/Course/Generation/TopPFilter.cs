namespace Course.Generation;

/// <summary>
/// Nucleus sampling: keeps the fewest of the likeliest tokens that together have a given probability (Holtzman et al. 2020,
/// section 3.1). Where the model is sure that is one token, where it is not many.
/// </summary>
/// <param name="probability">In (0, 1].</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is outside (0, 1].</exception>
public sealed class TopPFilter(double probability) : ILogitsProcessor
{
    private readonly double probability = probability is > 0 and <= 1
        ? probability
        : throw new ArgumentOutOfRangeException(
            nameof(probability), probability, "Top-p is a probability in (0, 1]; 1 draws from all tokens.");

    /// <inheritdoc/>
    public void Process(Span<double> logits, ReadOnlySpan<int> text)
    {
        if (probability == 1)
        {
            return; // not a sum, which rounding may keep a hair below 1 or bring to 1 too early
        }

        var order = SoftmaxNumbers.LikeliestFirst(logits);
        var probabilities = SoftmaxNumbers.Probabilities(logits);
        var sum = 0.0;
        var kept = 0;
        while (kept < order.Length && sum < probability)
        {
            sum += probabilities[order[kept++]]; // the token that crosses the line belongs to the nucleus
        }

        SoftmaxNumbers.KeepFirst(logits, order, kept);
    }
}
