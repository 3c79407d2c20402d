namespace Course.Generation;

/// <summary>
/// Keeps the tokens that have at least a given share of the likeliest one's probability (Nguyen et al. 2024, section 3). At a high
/// temperature it cuts the long tail off where top-p would let it in.
/// </summary>
/// <param name="share">In [0, 1]; 0 keeps all, 1 only the likeliest and its equals.</param>
/// <exception cref="ArgumentOutOfRangeException">The share is outside [0, 1].</exception>
public sealed class MinPFilter(double share) : ILogitsProcessor
{
    private readonly double share = share is >= 0 and <= 1
        ? share
        : throw new ArgumentOutOfRangeException(nameof(share), share, "Min-p is a share of the likeliest token's probability, in [0, 1].");

    /// <inheritdoc/>
    public void Process(Span<double> logits, ReadOnlySpan<int> text)
    {
        // p / p_max = e^(logit − largest logit), so no softmax is needed.
        var least = SoftmaxNumbers.Largest(logits) + Math.Log(share);
        foreach (ref var logit in logits)
        {
            logit = logit < least ? double.NegativeInfinity : logit;
        }
    }
}
