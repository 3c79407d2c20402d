using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The keys and values a stack of blocks has computed for the tokens read so far. Under a causal mask they never change, so a token
/// more costs one row of work instead of the whole text again.
/// </summary>
/// <remarks>
/// The room is taken once and filled in place. For reading and writing on only, without gradients: a second call would overwrite
/// what the first one's backward pass needs.
/// </remarks>
public sealed class KvCache : IDisposable
{
    private readonly LayerCache[] layers;

    /// <summary>Takes the room.</summary>
    /// <param name="layers">Blocks in the stack.</param>
    /// <param name="batch">Texts read at the same time.</param>
    /// <param name="heads">Heads with keys and values of their own.</param>
    /// <param name="capacity">The longest text, in tokens.</param>
    /// <param name="headDim">Numbers in a key and in a value.</param>
    /// <param name="device">Where it is kept.</param>
    /// <param name="type">The numbers' type: that of the model's weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public KvCache(
        int layers, long batch, int heads, int capacity, int headDim, torch.Device device, torch.ScalarType type = torch.ScalarType.Float32)
    {
        Size.Positive(layers);
        long[] shape = [Size.Positive(batch), Size.Positive(heads), Size.Positive(capacity), Size.Positive(headDim)];
        Capacity = capacity;
        this.layers = [.. Enumerable.Range(0, layers).Select(_ => new LayerCache(shape, device, type))];
    }

    /// <summary>How many tokens have been read: the position of the next one.</summary>
    public long Length => layers[0].Length;

    /// <summary>The longest text, in tokens.</summary>
    public int Capacity { get; }

    /// <summary>Texts read at the same time.</summary>
    public long Batch => layers[0].Batch;

    /// <summary>One cache per block, first to last.</summary>
    public IReadOnlyList<LayerCache> Layers => layers;

    /// <summary>Forgets all tokens from a position on; 0 starts anew.</summary>
    /// <param name="length">How many tokens are kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public void Truncate(long length)
    {
        foreach (var layer in layers)
        {
            layer.Truncate(length);
        }
    }

    /// <summary>Makes the texts of the batch continue others of it: beam search keeps the best and drops the rest.</summary>
    /// <param name="rows">For each new row the number of the row it continues, (batch), int64.</param>
    public void Reorder(torch.Tensor rows)
    {
        foreach (var layer in layers)
        {
            layer.Reorder(rows);
        }
    }

    /// <summary>Frees the room.</summary>
    public void Dispose()
    {
        foreach (var layer in layers)
        {
            layer.Dispose();
        }
    }
}
