namespace Course.Data;

/// <summary>
/// Windows that start at random places, each place equally likely, without end: the usual way to pretrain a language model.
/// </summary>
/// <param name="tokens">The sequence the windows are cut from.</param>
/// <param name="batchSize">Windows in a batch.</param>
/// <param name="blockSize">Tokens in a window.</param>
/// <param name="seed">Another seed gives other windows.</param>
public sealed class RandomWindows(ITokenSequence tokens, int batchSize, int blockSize, long seed)
    : WindowBatches(tokens, batchSize, blockSize)
{
    /// <summary>Null: there is no last batch.</summary>
    public override long? BatchCount => null;

    /// <inheritdoc/>
    protected override long[] Starts(long index)
    {
        var random = SplitMix64.For(seed, index);
        var starts = new long[BatchSize];
        for (var row = 0; row < starts.Length; row++)
        {
            // The last start still has a whole window and the token after it.
            starts[row] = random.Next(Tokens.Length - BlockSize);
        }

        return starts;
    }
}
