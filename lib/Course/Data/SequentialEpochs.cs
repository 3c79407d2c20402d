namespace Course.Data;

/// <summary>
/// The sequence cut into windows that lie side by side, each used exactly once per epoch: in a new seeded order in every epoch, or,
/// without a seed, from the first to the last. Use it to train in epochs and to evaluate on a whole text.
/// </summary>
/// <remarks>
/// The end of the sequence that fills no whole window (fewer than <c>blockSize</c> targets) is not used. The last batch of an epoch
/// is smaller when the windows do not divide evenly, so that no window is left out or repeated.
/// </remarks>
public sealed class SequentialEpochs : WindowBatches
{
    private readonly long? seed;
    private readonly long? epochs;

    /// <summary>Describes the epochs.</summary>
    /// <param name="tokens">The sequence the windows are cut from.</param>
    /// <param name="batchSize">Windows in a batch.</param>
    /// <param name="blockSize">Tokens in a window.</param>
    /// <param name="seed">The order's seed, or null for the order of the text.</param>
    /// <param name="epochs">How often the text is gone through, or null for no end.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of epochs is not positive.</exception>
    /// <exception cref="ArgumentException">The sequence is too short for one window and the token after it.</exception>
    public SequentialEpochs(ITokenSequence tokens, int batchSize, int blockSize, long? seed = null, long? epochs = 1)
        : base(tokens, batchSize, blockSize)
    {
        if (epochs is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "Give 1 epoch or more, or null for no end.");
        }

        this.seed = seed;
        this.epochs = epochs;
        WindowsPerEpoch = (tokens.Length - 1) / blockSize;
        BatchesPerEpoch = ((WindowsPerEpoch - 1) / batchSize) + 1;
    }

    /// <summary>The number of windows in the sequence.</summary>
    public long WindowsPerEpoch { get; }

    /// <summary>The number of batches that go once through the sequence.</summary>
    public long BatchesPerEpoch { get; }

    /// <inheritdoc/>
    public override long? BatchCount => epochs > long.MaxValue / BatchesPerEpoch ? null : epochs * BatchesPerEpoch;

    /// <inheritdoc/>
    protected override long[] Starts(long index)
    {
        var (epoch, batch) = Math.DivRem(index, BatchesPerEpoch);
        var first = batch * BatchSize;
        var starts = new long[Math.Min(BatchSize, WindowsPerEpoch - first)];
        var order = seed is { } value ? new Permutation(WindowsPerEpoch, value, epoch) : (Permutation?)null;
        for (var row = 0; row < starts.Length; row++)
        {
            var window = order is { } permutation ? permutation[first + row] : first + row;
            starts[row] = window * BlockSize;
        }

        return starts;
    }
}
