using Course.Data;
using TorchSharp;

namespace Course.Alignment.Conversations;

/// <summary>
/// Batches of masked sequences in endless epochs: each epoch holds every sequence once, in a new seeded order, or, without a seed,
/// in the given one.
/// </summary>
/// <remarks>
/// The epochs follow each other without a gap, so batches 2k and 2k + 1 of two rows hold the rows of batch k of four: gradient
/// accumulation over small batches sees exactly what large batches see.
/// </remarks>
public sealed class MaskedBatches : IBatchSource
{
    private readonly IReadOnlyList<MaskedSequence> sequences;
    private readonly int padToken;
    private readonly long? seed;
    private readonly long? epochs;

    /// <summary>Makes batches.</summary>
    /// <param name="sequences">At least one; each with a token to learn.</param>
    /// <param name="batchSize">Rows in a batch.</param>
    /// <param name="blockSize">The most tokens the model reads.</param>
    /// <param name="padToken">Fills the end of shorter rows.</param>
    /// <param name="seed">The order's seed; <see langword="null"/> for the given order.</param>
    /// <param name="epochs">How often to go through all; <see langword="null"/> for no end. The last batch may have fewer rows.</param>
    /// <exception cref="ArgumentException">There is no sequence, or one does not fit or has nothing to learn.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or a batch would be too large for one array.</exception>
    public MaskedBatches(
        IReadOnlyList<MaskedSequence> sequences, int batchSize, int blockSize, int padToken, long? seed = 0, long? epochs = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(padToken);
        if (epochs is { } times)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(times, 1, nameof(epochs));
        }

        if ((long)batchSize * blockSize > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), batchSize, $"A batch of {batchSize} × {blockSize} tokens is too large for one array.");
        }

        if (sequences.Count == 0)
        {
            throw new ArgumentException("There are no sequences to make batches from.", nameof(sequences));
        }

        foreach (var (index, sequence) in sequences.Index())
        {
            if (sequence.Checked(index, blockSize).LearnedCount == 0)
            {
                throw new ArgumentException($"Nothing is learned in sequence {index}.", nameof(sequences));
            }
        }

        (this.sequences, BatchSize, BlockSize, this.padToken, this.seed, this.epochs) =
            (sequences, batchSize, blockSize, padToken, seed, epochs);
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int BlockSize { get; }

    /// <inheritdoc/>
    public long? BatchCount => epochs is { } times ? ((times * sequences.Count) + BatchSize - 1) / BatchSize : null;

    /// <summary>How many batches go once through all sequences, the last one perhaps into the next epoch.</summary>
    public long BatchesPerEpoch => (sequences.Count + BatchSize - 1) / BatchSize;

    /// <summary>Which sequences a batch holds, row by row.</summary>
    /// <param name="index">The batch's number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no batch of that number.</exception>
    public int[] Choose(long index)
    {
        if (index < 0 || index >= BatchCount)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, BatchCount is { } count
                ? $"This source has {count} batches, numbered from 0. For more, give it more epochs."
                : "Batches are numbered from 0.");
        }

        var first = index * BatchSize;
        var end = epochs is { } times ? Math.Min(first + BatchSize, times * sequences.Count) : first + BatchSize;
        var chosen = new int[end - first];
        for (var row = 0; row < chosen.Length; row++)
        {
            var (epoch, position) = Math.DivRem(first + row, sequences.Count);
            chosen[row] = (int)(seed is { } value ? new Permutation(sequences.Count, value, epoch)[position] : position);
        }

        return chosen;
    }

    /// <summary>How many tokens are learned in a batch.</summary>
    /// <param name="index">The batch's number, from 0.</param>
    public long LearnedCount(long index) => Choose(index).Sum(sequence => (long)sequences[sequence].LearnedCount);

    /// <inheritdoc/>
    /// <remarks>The batch is as wide as its longest row needs: less work than full rows of padding.</remarks>
    public TokenBatch Batch(long index, torch.Device device) =>
        MaskedSequence.ToBatch([.. Choose(index).Select(sequence => sequences[sequence])], padToken, device);
}
