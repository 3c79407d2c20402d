using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Tests.Generation;

/// <summary>Small models of every style whose logits differ enough that a wrong number shows in the text.</summary>
internal static class Models
{
    public static readonly string[] Styles = ["gpt2", "llama", "alibi", "sinusoidal", "untied", "relu"];

    public static GptConfig Config(string style, int vocabulary = 29, int blockSize = 12) => style switch
    {
        "gpt2" => GptConfig.Gpt2(layers: 2, heads: 3, width: 36, vocabulary, blockSize),
        "llama" => GptConfig.Llama(vocabulary, layers: 2, heads: 4, width: 24, keyValueHeads: 2, feedForwardWidth: 40, blockSize),
        "alibi" => new() { VocabularySize = vocabulary, BlockSize = blockSize, Layers = 2, Heads = 4, Width = 32, Positions = PositionKind.Alibi },
        "sinusoidal" => new()
        {
            VocabularySize = vocabulary,
            BlockSize = blockSize,
            Layers = 1,
            Heads = 2,
            Width = 20,
            Positions = PositionKind.Sinusoidal,
            Activation = Activation.Tanh,
            Bias = true,
            Norm = NormKind.RmsNorm,
        },
        "untied" => new()
        {
            VocabularySize = vocabulary,
            BlockSize = blockSize,
            Layers = 2,
            Heads = 2,
            Width = 16,
            TieWeights = false,
            Gated = true,
            Bias = true,
            FeedForwardWidth = 20,
        },
        "relu" => new()
        {
            VocabularySize = vocabulary,
            BlockSize = blockSize,
            Layers = 2,
            Heads = 1,
            Width = 17,
            Activation = Activation.Relu,
            FeedForwardWidth = 80,
            Positions = PositionKind.None,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(style)),
    };

    public static Gpt Make(string style, int vocabulary = 29, int blockSize = 12, int seed = 1) =>
        Make(Config(style, vocabulary, blockSize), seed);

    public static Gpt Make(GptConfig config, int seed = 1)
    {
        var gpt = new Gpt(config with { InitialDeviation = 0.2 }, seed, torch.CPU);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, parameter) in gpt.named_parameters())
        {
            if (parameter.dim() == 1)
            {
                // Gains and biases start at 1 and 0, where a mix-up would not show.
                parameter.add_(TensorAssert.Random(name.Length + seed, parameter.shape[0]) * 0.3);
            }
        }

        gpt.eval();
        return gpt;
    }
}
