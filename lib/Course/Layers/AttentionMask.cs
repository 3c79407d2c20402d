using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Which positions a query may look at. This is what makes one block an encoder (<see cref="None"/>) or a decoder
/// (<see cref="Causal"/>).
/// </summary>
/// <param name="IsCausal">Whether a position sees only itself and those before it.</param>
/// <param name="IsReal">
/// (batch, keys), bool: true for tokens, false for padding that nobody may look at; <see langword="null"/> when there is no padding.
/// </param>
public sealed record AttentionMask(bool IsCausal, torch.Tensor? IsReal = null)
{
    /// <summary>Every position sees every position: BERT, and the encoder of a translator.</summary>
    public static AttentionMask None { get; } = new(IsCausal: false);

    /// <summary>No position sees the future: GPT, and the decoder of a translator.</summary>
    public static AttentionMask Causal { get; } = new(IsCausal: true);

    /// <summary>The same mask, with padding hidden.</summary>
    /// <param name="isReal">(batch, keys), bool: true for tokens, false for padding.</param>
    public AttentionMask WithPadding(torch.Tensor isReal) => this with { IsReal = isReal };

    /// <summary>The mask as a table: true where a query (row) may look at a key (column).</summary>
    /// <param name="queries">How many queries there are.</param>
    /// <param name="keys">
    /// How many keys there are. With more keys than queries, the queries are the last positions: the keys before them come from
    /// earlier steps.
    /// </param>
    /// <param name="device">Where the table is made.</param>
    /// <returns>Bool, broadcastable to (batch, head, queries, keys); <see langword="null"/> when everything may be seen.</returns>
    /// <exception cref="ArgumentException">The padding mask has another number of keys.</exception>
    public torch.Tensor? Allowed(long queries, long keys, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor? allowed = null;
        if (IsCausal)
        {
            // Row q holds true up to column q + (keys − queries).
            allowed = torch.ones([queries, keys], torch.@bool, device: device).tril(keys - queries);
        }

        if (IsReal is not null)
        {
            if (IsReal.dim() != 2 || IsReal.shape[1] != keys || IsReal.dtype != torch.ScalarType.Bool)
            {
                throw new ArgumentException(
                    $"The padding mask must be bool with shape (batch, {keys}); it is {IsReal.dtype} with shape "
                    + $"({string.Join(", ", IsReal.shape)}).", nameof(IsReal));
            }

            var real = IsReal.unsqueeze(1).unsqueeze(1); // (batch, 1, 1, keys)
            allowed = allowed is null ? real : allowed & real;
        }

        return allowed?.MoveToOuterDisposeScope();
    }
}
