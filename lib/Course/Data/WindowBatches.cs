using TorchSharp;

namespace Course.Data;

/// <summary>
/// Batches whose rows are windows of one long token sequence. A derived class says where the windows of a batch start; this class
/// reads them.
/// </summary>
public abstract class WindowBatches : IBatchSource
{
    /// <summary>Checks and keeps what all window batches have.</summary>
    /// <param name="tokens">The sequence the windows are cut from.</param>
    /// <param name="batchSize">Windows in a batch.</param>
    /// <param name="blockSize">Tokens in a window.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or a batch would be too large for one array.</exception>
    /// <exception cref="ArgumentException">The sequence is too short for one window and the token after it.</exception>
    protected WindowBatches(ITokenSequence tokens, int batchSize, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        if ((long)batchSize * blockSize > Array.MaxLength || blockSize == int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), batchSize, $"A batch of {batchSize} × {blockSize} tokens is too large for one array.");
        }

        if (tokens.Length < (long)blockSize + 1)
        {
            throw new ArgumentException(
                $"A window of {blockSize} tokens and the token after it need {(long)blockSize + 1} tokens, but the sequence has only "
                + $"{tokens.Length}. Use a longer text or a smaller block size.", nameof(tokens));
        }

        Tokens = tokens;
        BatchSize = batchSize;
        BlockSize = blockSize;
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int BlockSize { get; }

    /// <inheritdoc/>
    public abstract long? BatchCount { get; }

    /// <summary>The sequence the windows are cut from.</summary>
    protected ITokenSequence Tokens { get; }

    /// <summary>The positions in the sequence at which the rows of a batch start.</summary>
    /// <param name="index">From 0 up to, and not including, <see cref="BatchCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no batch of that number.</exception>
    public long[] WindowStarts(long index)
    {
        if (index < 0 || index >= BatchCount)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, BatchCount is { } count
                ? $"This source has {count} batches, numbered from 0. For more, give it more epochs."
                : "Batches are numbered from 0.");
        }

        return Starts(index);
    }

    /// <inheritdoc/>
    public TokenBatch Batch(long index, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var starts = WindowStarts(index);
        var inputs = new long[starts.Length * BlockSize];
        var targets = new long[inputs.Length];
        var window = new int[BlockSize + 1];
        for (var row = 0; row < starts.Length; row++)
        {
            Tokens.Read(starts[row], window);
            for (var t = 0; t < BlockSize; t++)
            {
                inputs[(row * BlockSize) + t] = window[t];
                targets[(row * BlockSize) + t] = window[t + 1];
            }
        }

        // (batch, time)
        var shape = new long[] { starts.Length, BlockSize };
        return new TokenBatch(
            torch.tensor(inputs, shape, device: device),
            torch.tensor(targets, shape, device: device));
    }

    /// <summary>Where the windows of an existing batch start; depends on nothing but the source's own settings and the number.</summary>
    protected abstract long[] Starts(long index);
}
