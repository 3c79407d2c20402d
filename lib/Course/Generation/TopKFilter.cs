namespace Course.Generation;

/// <summary>Keeps the k likeliest tokens (Fan, Lewis and Dauphin 2018, section 5.4); of equally likely ones the first.</summary>
/// <param name="count">How many are kept; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
public sealed class TopKFilter(int count) : ILogitsProcessor
{
    private readonly int count = count >= 1
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "Top-k draws from at least one token; null draws from all.");

    /// <inheritdoc/>
    public void Process(Span<double> logits, ReadOnlySpan<int> text)
    {
        if (count < logits.Length)
        {
            SoftmaxNumbers.KeepFirst(logits, SoftmaxNumbers.LikeliestFirst(logits), count);
        }
    }
}
