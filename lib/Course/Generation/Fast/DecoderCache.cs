namespace Course.Generation.Fast;

/// <summary>
/// The keys and values of one block for all positions read so far. The keys of a head are a <see cref="PackedMatrix"/>, so that the
/// scores of sixteen positions come out of one register; its values are rows, which attention adds up.
/// </summary>
internal sealed class DecoderCache
{
    private readonly PackedMatrix[] keys;   // per head (block, head_dim)
    private readonly StoredNumbers[] values; // per head (block, padded head_dim)

    public DecoderCache(int heads, int headDim, int blockSize, NumberStore store)
    {
        HeadDim = headDim;
        PaddedHeadDim = PackedMatrix.Padded(headDim);
        keys = [.. Enumerable.Range(0, heads).Select(_ => new PackedMatrix(blockSize, headDim, store, interleave: false))];
        values = [.. Enumerable.Range(0, heads).Select(_ => store.Take((long)blockSize * PaddedHeadDim))];
    }

    public int HeadDim { get; }

    public int PaddedHeadDim { get; }

    /// <summary>Remembers a position.</summary>
    /// <param name="position">Its number.</param>
    /// <param name="key">The keys of all heads, one after the other.</param>
    /// <param name="value">The values of all heads, one after the other.</param>
    public void Set(int position, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        for (var head = 0; head < keys.Length; head++)
        {
            keys[head].SetRows(position, key.Slice(head * HeadDim, HeadDim));
            value.Slice(head * HeadDim, HeadDim).CopyTo(values[head].Span[(position * PaddedHeadDim)..]);
        }
    }

    /// <summary>The keys of a head.</summary>
    public PackedMatrix Keys(int head) => keys[head];

    /// <summary>The values of a head, (block, padded head_dim).</summary>
    public ReadOnlySpan<float> Values(int head) => values[head].Span;
}
