using Course.Data;
using TorchSharp;

namespace Course.Training;

/// <summary>Windows of a text with spans cut out, for an encoder-decoder that learns to write them.</summary>
public sealed class SpanCorruptionBatches : IPairSource
{
    private readonly IBatchSource text;
    private readonly SpanCorruption objective;
    private readonly int startToken;
    private readonly int endToken;
    private readonly long seed;

    /// <summary>Puts text and objective together.</summary>
    /// <param name="text">The windows; each is a text of its own.</param>
    /// <param name="objective">How spans are cut out.</param>
    /// <param name="startToken">What the decoder reads first.</param>
    /// <param name="endToken">What it shall write last.</param>
    /// <param name="seed">Another seed cuts elsewhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">The windows are shorter than 2 tokens, or a token is negative.</exception>
    public SpanCorruptionBatches(IBatchSource text, SpanCorruption objective, int startToken, int endToken, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentOutOfRangeException.ThrowIfNegative(startToken);
        ArgumentOutOfRangeException.ThrowIfNegative(endToken);
        var (missing, spans) = objective.Plan(text.BlockSize);
        LongestText = Math.Max(text.BlockSize - missing + spans, missing + spans + 2);
        (this.text, this.objective, this.startToken, this.endToken, this.seed) = (text, objective, startToken, endToken, seed);
    }

    /// <inheritdoc/>
    public int BatchSize => text.BatchSize;

    /// <inheritdoc/>
    public int LongestText { get; }

    /// <inheritdoc/>
    public long? BatchCount => text.BatchCount;

    /// <inheritdoc/>
    public PairBatch Batch(long index, torch.Device device)
    {
        long[] tokens;
        using (var windows = text.Batch(index, torch.CPU))
        {
            tokens = windows.Inputs.data<long>().ToArray();
        }

        var pairs = tokens.Chunk(text.BlockSize).Select((window, row) =>
            objective.Corrupt([.. window.Select(token => (int)token)], seed, (index * BatchSize) + row));
        return PairBatch.TeacherForced([.. pairs], startToken, endToken, device);
    }
}
