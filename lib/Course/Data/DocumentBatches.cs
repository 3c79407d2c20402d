using TorchSharp;

namespace Course.Data;

/// <summary>
/// Batches whose rows are whole documents, each chosen at random and standing at the beginning of its row: for stories, questions
/// with answers, and other short texts that must not be cut in the middle. What is left of a row asks for nothing.
/// </summary>
public sealed class DocumentBatches : IBatchSource
{
    private readonly IReadOnlyList<int[]> documents;
    private readonly long seed;

    /// <summary>Makes batches from documents.</summary>
    /// <param name="documents">The tokens of each document: at least 2, and at most one more than the block size.</param>
    /// <param name="batchSize">Documents in a batch.</param>
    /// <param name="blockSize">Tokens in a row.</param>
    /// <param name="seed">Another seed chooses other documents.</param>
    /// <exception cref="ArgumentException">There is no document, or one does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or a batch would be too large for one array.</exception>
    public DocumentBatches(IReadOnlyList<int[]> documents, int batchSize, int blockSize, long seed)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        if ((long)batchSize * blockSize > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), batchSize, $"A batch of {batchSize} × {blockSize} tokens is too large for one array.");
        }

        if (documents.Count == 0)
        {
            throw new ArgumentException("There are no documents to make batches from.", nameof(documents));
        }

        for (var i = 0; i < documents.Count; i++)
        {
            if (documents[i].Length < 2 || documents[i].Length - 1 > blockSize)
            {
                throw new ArgumentException(
                    $"Document {i} has {documents[i].Length} tokens. It needs 2 at least, one to read and one to predict, and a block "
                    + $"of {blockSize} tokens has room for {(long)blockSize + 1}.", nameof(documents));
            }
        }

        (this.documents, BatchSize, BlockSize, this.seed) = (documents, batchSize, blockSize, seed);
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int BlockSize { get; }

    /// <summary>Null: there is no last batch.</summary>
    public long? BatchCount => null;

    /// <summary>Which documents a batch holds, row by row. A document may come twice.</summary>
    /// <param name="index">The batch's number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int[] Choose(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = SplitMix64.For(seed, index);
        var chosen = new int[BatchSize];
        for (var row = 0; row < chosen.Length; row++)
        {
            chosen[row] = random.Next(documents.Count);
        }

        return chosen;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Behind the end of a document the inputs are 0 and the targets <see cref="TokenBatch.NoTarget"/>. A causal model needs no further mask:
    /// no token of the document sees what comes after it.
    /// </remarks>
    public TokenBatch Batch(long index, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var inputs = new long[BatchSize * BlockSize];
        var targets = new long[inputs.Length];
        Array.Fill(targets, TokenBatch.NoTarget);
        foreach (var (row, document) in Choose(index).Index())
        {
            var tokens = documents[document];
            for (var t = 0; t + 1 < tokens.Length; t++)
            {
                inputs[(row * BlockSize) + t] = tokens[t];
                targets[(row * BlockSize) + t] = tokens[t + 1];
            }
        }

        // (batch, time)
        var shape = new long[] { BatchSize, BlockSize };
        return new TokenBatch(
            torch.tensor(inputs, shape, device: device),
            torch.tensor(targets, shape, device: device));
    }
}
