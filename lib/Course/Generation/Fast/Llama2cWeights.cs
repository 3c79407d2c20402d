using Course.Layers;
using Course.Models.Formats;

namespace Course.Generation.Fast;

/// <summary>Takes the numbers of a <see cref="FastDecoder"/> out of a llama2.c file, without a tensor library.</summary>
internal static class Llama2cWeights
{
    // The C program's constants; the file does not hold them.
    private const double RotaryBase = 10_000;
    private const float NormEpsilon = 1e-5f;

    public static DecoderShape Shape(Llama2cHeader header) => new()
    {
        Vocabulary = header.VocabularySize,
        BlockSize = header.BlockSize,
        Width = header.Width,
        Heads = header.Heads,
        KeyValueHeads = header.KeyValueHeads,
        Hidden = header.Hidden,
        Activation = Activation.Silu,
        Gated = true,
        RmsNorm = true,
        NormEpsilon = NormEpsilon,
        RotaryBase = RotaryBase,
    };

    public static DecoderWeights Weights(Llama2cFile file)
    {
        var header = file.Header;
        var store = new NumberStore();
        var tokens = new PackedMatrix(header.VocabularySize, header.Width, file.Read(Llama2cPart.Tokens), store);
        return new DecoderWeights(
            tokens,
            header.IsTied ? tokens : new PackedMatrix(header.VocabularySize, header.Width, file.Read(Llama2cPart.Head), store),
            Positions: [],
            [.. Enumerable.Range(0, header.Layers).Select(layer => Layer(file, layer, store))],
            Norm(file.Read(Llama2cPart.FinalNorm)));
    }

    private static DecoderLayer Layer(Llama2cFile file, int layer, NumberStore store)
    {
        var (width, keyValue, hidden) = (file.Header.Width, file.Header.KeyValueWidth, file.Header.Hidden);
        var qkv = new PackedMatrix(width + (2 * keyValue), width, store);
        qkv.SetRows(0, file.Read(Llama2cPart.Query, layer));
        qkv.SetRows(width, file.Read(Llama2cPart.Key, layer));
        qkv.SetRows(width + keyValue, file.Read(Llama2cPart.Value, layer));
        var output = new PackedMatrix(width, width, file.Read(Llama2cPart.Output, layer), store);
        var widen = DecoderLayer.WidenAndGate(
            width, file.Read(Llama2cPart.Widen, layer), file.Read(Llama2cPart.Gate, layer), store);
        var narrow = new PackedMatrix(width, hidden, file.Read(Llama2cPart.Narrow, layer), store);
        return new DecoderLayer(
            Norm(file.Read(Llama2cPart.AttentionNorm, layer)),
            new DecoderLinear(qkv, []),
            new DecoderLinear(output, []),
            Norm(file.Read(Llama2cPart.FeedForwardNorm, layer)),
            new DecoderLinear(widen, []),
            new DecoderLinear(narrow, []));
    }

    private static DecoderNorm Norm(float[] gain) => new(DecoderWeights.Padded(gain), []);
}
