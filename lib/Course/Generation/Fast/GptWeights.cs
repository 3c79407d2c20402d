using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Generation.Fast;

/// <summary>Takes the numbers of a <see cref="FastDecoder"/> out of a <see cref="Gpt"/>.</summary>
internal static class GptWeights
{
    /// <exception cref="ArgumentException">The decoder cannot run such a model; the message says why.</exception>
    public static DecoderShape Shape(GptConfig config)
    {
        var problem = !config.Causal ? "it sees both sides (Causal = false)"
            : config.Experts > 0 ? "its feed-forward layers are experts"
            : config.NormPlacement != NormPlacement.Pre ? "its norms come after each part"
            : null;
        if (problem is not null)
        {
            throw new ArgumentException($"The fast decoder does not run this model: {problem}. Use TextGenerator with the model itself.");
        }

        return new DecoderShape
        {
            Vocabulary = config.VocabularySize,
            BlockSize = config.BlockSize,
            Width = config.Width,
            Heads = config.Heads,
            KeyValueHeads = config.Stack.KeyValueHeadCount,
            Hidden = config.FeedForwardSize,
            Activation = config.Activation,
            Gated = config.Gated,
            RmsNorm = config.Norm == NormKind.RmsNorm,
            NormEpsilon = (float)config.NormEpsilon,
            RotaryBase = config.Positions == PositionKind.Rotary ? config.RotaryBase : null,
            Slopes = config.Positions == PositionKind.Alibi ? Alibi.SlopesOf(config.Heads) : [],
        };
    }

    public static DecoderWeights Weights(Gpt gpt)
    {
        var store = new NumberStore();
        var tokens = Matrix(gpt.Tokens.Weight, store);
        return new DecoderWeights(
            tokens,
            gpt.Config.TieWeights ? tokens : Matrix(gpt.HeadWeight, store),
            Numbers(gpt.Positions.Table),
            [.. gpt.Blocks.Select(block => Layer(block, store))],
            Norm(gpt.Norm!));
    }

    private static DecoderLayer Layer(TransformerBlock block, NumberStore store)
    {
        var feedForward = block.FeedForward!;
        var widen = DecoderLayer.WidenAndGate(
            block.Attention.Width, Numbers(feedForward.Widen.Weight), Numbers(feedForward.Gate?.Weight), store);
        float[] bias = [.. Bias(feedForward.Widen), .. feedForward.Gate is { } gate ? Bias(gate) : []];
        return new DecoderLayer(
            Norm(block.AttentionNorm),
            Linear(block.Attention.Qkv, store),
            Linear(block.Attention.Output, store),
            Norm(block.FeedForwardNorm),
            new DecoderLinear(widen, bias),
            Linear(feedForward.Narrow, store));
    }

    private static DecoderLinear Linear(Linear layer, NumberStore store) => layer.Addition is null
        ? new(Matrix(layer.Weight, store), Bias(layer))
        : throw new ArgumentException(
            "The fast decoder runs a model's own weights, but adapters hang on this one: merge them into the weights first.");

    private static PackedMatrix Matrix(torch.Tensor weight, NumberStore store) =>
        new((int)weight.shape[0], (int)weight.shape[1], Numbers(weight), store);

    private static DecoderNorm Norm(Norm norm) => new(
        DecoderWeights.Padded(Numbers(norm.Weight)), DecoderWeights.Padded(Numbers(norm.Bias)));

    private static float[] Bias(Linear layer) => DecoderWeights.Padded(Numbers(layer.Bias));

    private static float[] Numbers(torch.Tensor? tensor)
    {
        if (tensor is null)
        {
            return [];
        }

        using var scope = torch.NewDisposeScope();
        return tensor.detach().to(torch.float32).cpu().contiguous().data<float>().ToArray();
    }
}
