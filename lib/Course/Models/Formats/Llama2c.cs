using TorchSharp;

namespace Course.Models.Formats;

/// <summary>
/// Llama-style models in the file format of the C program llama2.c. What is trained here runs there, and the small story-tellers
/// published for it run here.
/// </summary>
public static class Llama2c
{
    // The C program's constants; the file does not hold them.
    private const double RotaryBase = 10_000;
    private const double NormEpsilon = 1e-5;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file, by custom <c>*.bin</c>. It need not be trusted.</param>
    /// <param name="device">Where the model shall live; <see cref="Runtime.Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or something else; the message says what.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Gpt Load(string path, torch.Device? device = null)
    {
        using var file = Llama2cFile.Open(path);
        var header = file.Header;
        Gpt model;
        try
        {
            model = new Gpt(ConfigOf(header), device: device);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{path}' describes a model that cannot be built. {e.Message}", e);
        }

        using var scope = torch.NewDisposeScope();
        foreach (var (part, layers, _) in header.Parts().Where(part => !IsTable(part.Part)))
        {
            for (var layer = 0; layer < layers; layer++)
            {
                using var inner = torch.NewDisposeScope();
                Tensor(model, part, layer).Set(torch.from_array(file.Read(part, layer), torch.float32, device: torch.CPU));
            }
        }

        return model;
    }

    /// <summary>Writes a model.</summary>
    /// <param name="model">A Llama-style model: rotary positions of base 10,000, RMSNorm of ε = 1e-5, SwiGLU, no biases.</param>
    /// <param name="path">The file, replaced in one stroke when it exists.</param>
    /// <exception cref="ArgumentException">The format has no place for something of the model; the message says for what.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Save(Gpt model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var config = model.Config;
        var header = new Llama2cHeader(
            config.Width, config.FeedForwardSize, config.Layers, config.Heads, config.Stack.KeyValueHeadCount,
            config.VocabularySize, config.BlockSize, config.TieWeights);
        var needed = ConfigOf(header);
        // Everything the format does not say must be as the C program takes it for granted.
        if (config with
        {
            Dropout = 0,
            InitialDeviation = 0,
            Attention = needed.Attention,
            KeyValueHeads = needed.KeyValueHeads,
            FeedForwardWidth = needed.FeedForwardWidth,
            BalanceWeight = needed.BalanceWeight,
            ExpertsPerToken = needed.ExpertsPerToken
        } != needed)
        {
            throw new ArgumentException(
                $"llama2.c's format holds models like this one only: {needed}. This one is: {config}.", nameof(model));
        }

        using var scope = torch.NewDisposeScope();
        Llama2cFile.Write(path, header, (part, layer) =>
        {
            if (IsTable(part))
            {
                return Turns(config, part == Llama2cPart.Cosines);
            }

            using var inner = torch.NewDisposeScope();
            return Tensor(model, part, layer).ToTensor().data<float>().ToArray();
        });
    }

    private static GptConfig ConfigOf(Llama2cHeader header) => GptConfig.Llama(
        header.VocabularySize,
        header.Layers,
        header.Heads,
        header.Width,
        header.KeyValueHeads,
        header.Hidden,
        header.BlockSize,
        header.IsTied,
        RotaryBase,
        NormEpsilon);

    private static bool IsTable(Llama2cPart part) => part is Llama2cPart.Cosines or Llama2cPart.Sines;

    private static ModelTensor Tensor(Gpt model, Llama2cPart part, int layer)
    {
        var block = model.Blocks[layer];
        var (attention, feedForward) = (block.Attention, block.FeedForward!);
        var (queries, keys) = (attention.Width, attention.KeyValueHeads * attention.HeadDim);
        var qkv = attention.Qkv.Weight;
        return new ModelTensor(part.ToString(), part switch
        {
            Llama2cPart.Tokens => model.Tokens.Weight,
            Llama2cPart.AttentionNorm => block.AttentionNorm.Weight,
            Llama2cPart.Query => qkv.narrow(0, 0, queries),
            Llama2cPart.Key => qkv.narrow(0, queries, keys),
            Llama2cPart.Value => qkv.narrow(0, queries + keys, keys),
            Llama2cPart.Output => attention.Output.Weight,
            Llama2cPart.FeedForwardNorm => block.FeedForwardNorm.Weight,
            Llama2cPart.Gate => feedForward.Gate!.Weight,
            Llama2cPart.Narrow => feedForward.Narrow.Weight,
            Llama2cPart.Widen => feedForward.Widen.Weight,
            Llama2cPart.FinalNorm => model.Norm!.Weight,
            Llama2cPart.Head => model.HeadWeight,
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, "This is no weight."),
        });
    }

    // Programs of today compute these themselves; the first ones read them from the file.
    private static float[] Turns(GptConfig config, bool cosine)
    {
        var pairs = config.Stack.HeadDim / 2;
        var turns = new float[config.BlockSize * pairs];
        for (var i = 0; i < turns.Length; i++)
        {
            var angle = (i / pairs) * Math.Pow(RotaryBase, -(double)(i % pairs) / pairs);
            turns[i] = (float)(cosine ? Math.Cos(angle) : Math.Sin(angle));
        }

        return turns;
    }
}
