using TorchSharp;

namespace Course.Layers;

/// <summary>The part of a <see cref="KvCache"/> that belongs to one block.</summary>
public sealed class LayerCache : IDisposable
{
    private torch.Tensor keys;
    private torch.Tensor values;
    private (torch.Tensor Keys, torch.Tensor Values)? memory;

    internal LayerCache(long[] shape, torch.Device device, torch.ScalarType type)
    {
        keys = torch.zeros(shape, type, device: device).DetachFromDisposeScope();
        values = torch.zeros(shape, type, device: device).DetachFromDisposeScope();
    }

    /// <summary>How many tokens have been read.</summary>
    public long Length { get; private set; }

    /// <summary>Texts read at the same time.</summary>
    public long Batch => keys.shape[0];

    /// <summary>The keys so far: a view (batch, kv_head, length, head_dim), valid until the next change.</summary>
    public torch.Tensor Keys => keys.narrow(2, 0, Length);

    /// <summary>The values so far: a view (batch, kv_head, length, head_dim), valid until the next change.</summary>
    public torch.Tensor Values => values.narrow(2, 0, Length);

    /// <summary>Writes the keys and values of new tokens behind the others.</summary>
    /// <param name="newKeys">(batch, kv_head, time, head_dim).</param>
    /// <param name="newValues">The same shape.</param>
    /// <returns>All keys and values, the new ones included: views.</returns>
    /// <exception cref="ArgumentException">There is no room, or the shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">Gradients are being recorded.</exception>
    public (torch.Tensor Keys, torch.Tensor Values) Append(torch.Tensor newKeys, torch.Tensor newValues)
    {
        if (newKeys.requires_grad)
        {
            throw new InvalidOperationException(
                "A cache is for writing on, not for training: call the model inside 'using (torch.no_grad())' or model.Evaluating().");
        }

        var (time, room) = (newKeys.shape[2], keys.shape[2] - Length);
        if (newKeys.shape[0] != Batch)
        {
            throw new ArgumentException($"The cache was made for a batch of {Batch}, but {newKeys.shape[0]} texts came.", nameof(newKeys));
        }

        if (time > room)
        {
            throw new ArgumentException(
                $"The cache has room for {keys.shape[2]} tokens, holds {Length}, and cannot take {time} more.", nameof(newKeys));
        }

        using var scope = torch.NewDisposeScope();
        keys.narrow(2, Length, time).copy_(newKeys);
        values.narrow(2, Length, time).copy_(newValues);
        Length += time;
        return (Keys.MoveToOuterDisposeScope(), Values.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Keys and values of what the block cross-attends to. They depend on the source text alone: computed at the first token, kept
    /// for all others.
    /// </summary>
    /// <param name="compute">Computes them, (batch, kv_head, source, head_dim).</param>
    internal (torch.Tensor Keys, torch.Tensor Values) Memory(Func<(torch.Tensor Keys, torch.Tensor Values)> compute)
    {
        if (memory is null)
        {
            var computed = compute();
            memory = (computed.Keys.DetachFromDisposeScope(), computed.Values.DetachFromDisposeScope());
        }

        return memory.Value;
    }

    internal void Truncate(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    internal void Reorder(torch.Tensor rows)
    {
        keys = Picked(keys);
        values = Picked(values);
        if (memory is { } source)
        {
            memory = (Picked(source.Keys), Picked(source.Values));
        }

        torch.Tensor Picked(torch.Tensor from)
        {
            var picked = from.index_select(0, rows).DetachFromDisposeScope();
            from.Dispose();
            return picked;
        }
    }

    /// <summary>Frees the room.</summary>
    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
        memory?.Keys.Dispose();
        memory?.Values.Dispose();
    }
}
