using TorchSharp;

namespace Course.Data;

/// <summary>Batches of given pairs of texts: a question and its answer, a sentence and its translation.</summary>
public sealed class PairBatches : IPairSource
{
    private readonly IReadOnlyList<(int[] Source, int[] Target)> pairs;
    private readonly int startToken;
    private readonly int endToken;
    private readonly long? seed;

    /// <summary>Makes batches from pairs.</summary>
    /// <param name="pairs">Tokens of source and target; a source has at least one.</param>
    /// <param name="batchSize">Pairs in a batch.</param>
    /// <param name="startToken">What the decoder reads first.</param>
    /// <param name="endToken">What it shall write last.</param>
    /// <param name="seed">
    /// With a seed, in every epoch each pair once, in a new order, without end: to learn from. With <see langword="null"/>, once, in the
    /// order given: to evaluate on.
    /// </param>
    /// <exception cref="ArgumentException">There is no pair, or a source is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1 or a token negative.</exception>
    public PairBatches(
        IReadOnlyList<(int[] Source, int[] Target)> pairs, int batchSize, int startToken, int endToken, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(startToken);
        ArgumentOutOfRangeException.ThrowIfNegative(endToken);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("There are no pairs to make batches from.", nameof(pairs));
        }

        foreach (var (i, (source, target)) in pairs.Index())
        {
            if (source is null || target is null || source.Length == 0)
            {
                throw new ArgumentException($"Pair {i} lacks a source of at least one token, or a target.", nameof(pairs));
            }
        }

        (this.pairs, BatchSize, this.startToken, this.endToken, this.seed) = (pairs, batchSize, startToken, endToken, seed);
        LongestText = pairs.Max(pair => Math.Max(pair.Source.Length, pair.Target.Length + 1));
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int LongestText { get; }

    /// <inheritdoc/>
    public long? BatchCount => seed is null ? BatchesPerEpoch : null;

    /// <summary>The number of batches that go once through all pairs.</summary>
    public long BatchesPerEpoch => ((pairs.Count - 1) / BatchSize) + 1;

    /// <inheritdoc/>
    public PairBatch Batch(long index, torch.Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (seed is null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, BatchesPerEpoch);
        }

        var (epoch, position) = Math.DivRem(index, BatchesPerEpoch);
        var order = new Permutation(pairs.Count, seed ?? 0, epoch);
        var first = position * BatchSize;
        var rows = Enumerable.Range(0, (int)Math.Min(BatchSize, pairs.Count - first))
            .Select(i => pairs[(int)(seed is null ? first + i : order[first + i])]);
        return PairBatch.TeacherForced([.. rows], startToken, endToken, device);
    }
}
