using Course.Layers;

namespace Course.Generation.Fast;

/// <summary>What a <see cref="FastDecoder"/> must know of a model besides its numbers.</summary>
internal sealed record DecoderShape
{
    public required int Vocabulary { get; init; }

    public required int BlockSize { get; init; }

    public required int Width { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int Hidden { get; init; }

    public required Activation Activation { get; init; }

    /// <summary>Whether the feed-forward layer has a gate.</summary>
    public required bool Gated { get; init; }

    /// <summary>Root-mean-square norms instead of layer norms.</summary>
    public required bool RmsNorm { get; init; }

    public required float NormEpsilon { get; init; }

    /// <summary>The base of the rotary positions; <see langword="null"/> when queries and keys are not rotated.</summary>
    public double? RotaryBase { get; init; }

    /// <summary>Attention's linear bias of each head (ALiBi), multiplied with how far a key lies ahead; empty for none.</summary>
    public float[] Slopes { get; init; } = [];

    public int HeadDim => Width / Heads;

    /// <summary>Rows of the matrix that makes queries, keys and values at once.</summary>
    public int QkvRows => (Heads + (2 * KeyValueHeads)) * HeadDim;
}

/// <summary>The gain and the shift of a norm, padded with zeros.</summary>
/// <param name="Gain">(width).</param>
/// <param name="Shift">(width), or empty for none.</param>
internal sealed record DecoderNorm(float[] Gain, float[] Shift);

/// <summary>A linear layer.</summary>
/// <param name="Weight">(outputs, inputs).</param>
/// <param name="Bias">(outputs), padded with zeros, or empty for none.</param>
internal sealed record DecoderLinear(PackedMatrix Weight, float[] Bias);

/// <summary>The numbers of one block.</summary>
/// <param name="AttentionNorm">Before attention.</param>
/// <param name="Qkv">Queries of all heads, then keys, then values.</param>
/// <param name="Output">Mixes what the heads found.</param>
/// <param name="FeedForwardNorm">Before the feed-forward layer.</param>
/// <param name="Widen">The wide vector; behind it, at a multiple of sixteen rows, the gate's, if there is one.</param>
/// <param name="Narrow">Back to the width.</param>
internal sealed record DecoderLayer(
    DecoderNorm AttentionNorm,
    DecoderLinear Qkv,
    DecoderLinear Output,
    DecoderNorm FeedForwardNorm,
    DecoderLinear Widen,
    DecoderLinear Narrow)
{
    /// <summary>Two matrices in one, so that one product makes both: the gate's rows begin at a panel of their own.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="widen">(hidden, width).</param>
    /// <param name="gate">(hidden, width), or empty for no gate.</param>
    /// <param name="store">Gives the memory.</param>
    public static PackedMatrix WidenAndGate(int width, ReadOnlySpan<float> widen, ReadOnlySpan<float> gate, NumberStore store)
    {
        var hidden = widen.Length / width;
        var start = PackedMatrix.Padded(hidden);
        var matrix = new PackedMatrix(gate.IsEmpty ? hidden : start + hidden, width, store);
        matrix.SetRows(0, widen);
        matrix.SetRows(start, gate);
        return matrix;
    }
}

/// <summary>All numbers of a model.</summary>
/// <param name="Tokens">The table of tokens, (vocabulary, width).</param>
/// <param name="Head">The table that makes logits; the same one when tied.</param>
/// <param name="Positions">One vector per position, (block, width), one after the other; empty when none is added.</param>
/// <param name="Layers">The blocks.</param>
/// <param name="FinalNorm">After the last block.</param>
internal sealed record DecoderWeights(
    PackedMatrix Tokens, PackedMatrix Head, float[] Positions, DecoderLayer[] Layers, DecoderNorm FinalNorm)
{
    /// <summary>The numbers with zeros behind them, up to a multiple of sixteen.</summary>
    public static float[] Padded(float[] numbers)
    {
        Array.Resize(ref numbers, PackedMatrix.Padded(numbers.Length));
        return numbers;
    }
}
