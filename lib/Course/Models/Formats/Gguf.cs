using Course.Layers;
using Course.Tokenization;
using TorchSharp;

namespace Course.Models.Formats;

/// <summary>How the weights of a file are kept.</summary>
public enum GgufPrecision
{
    /// <summary>32 bits: exactly the model's numbers.</summary>
    Float32,

    /// <summary>16 bits for matrices, 32 for the gains of the norms: half the size, and the numbers rounded to 11 binary digits.</summary>
    Float16,
}

/// <summary>
/// Llama-style models as GGUF files, which llama.cpp and the programs built on it run. A model trained here becomes one file with
/// everything in it: shape, weights and tokenizer.
/// </summary>
/// <remarks>
/// The names of settings and tensors are those llama.cpp expects of the architecture <c>llama</c>. It pairs neighbouring numbers of a head
/// for the rotary positions, as this library does, so rows are written in their own order.
/// </remarks>
public static class Gguf
{
    private const string Architecture = "llama";

    /// <summary>Writes a model.</summary>
    /// <param name="model">A Llama-style model: rotary positions, RMSNorm, SwiGLU.</param>
    /// <param name="path">The file, by custom <c>*.gguf</c>; replaced in one stroke when it exists.</param>
    /// <param name="tokenizer">
    /// A <see cref="BpeTokenizer"/> or a <see cref="SentencePieceTokenizer"/>. Without one, programs can run the model on token numbers only.
    /// </param>
    /// <param name="precision">How weights are kept.</param>
    /// <param name="name">What programs call the model.</param>
    /// <exception cref="ArgumentException">The format has no place for the model or the tokenizer; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Save(
        Gpt model,
        string path,
        Tokenizer? tokenizer = null,
        GgufPrecision precision = GgufPrecision.Float32,
        string name = "Trained in the course")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such precision.");
        }

        var config = model.Config;
        var misfit = new LlamaLayout().Misfit(config)
            ?? (config.Activation != Activation.Silu ? $"the bend of its feed-forward layers is {config.Activation} and not Silu" : null);
        if (misfit is not null)
        {
            throw new ArgumentException($"Only Llama-style models can be written as GGUF; this is none: {misfit}.", nameof(model));
        }

        var settings = Describe(config, precision, name);
        GgufVocabulary.Describe(settings, tokenizer, config.VocabularySize);
        GgufFile.Write(path, settings, [.. Tensors(model).Select(tensor => ToGguf(tensor, precision))]);
    }

    private static GgufSettings Describe(GptConfig config, GgufPrecision precision, string name)
    {
        var settings = new GgufSettings();
        settings.Add("general.architecture", Architecture);
        settings.Add("general.name", name);
        settings.Add("general.alignment", GgufFile.Alignment);
        settings.Add("general.file_type", precision == GgufPrecision.Float32 ? 0u : 1u);
        settings.Add($"{Architecture}.vocab_size", (uint)config.VocabularySize);
        settings.Add($"{Architecture}.context_length", (uint)config.BlockSize);
        settings.Add($"{Architecture}.embedding_length", (uint)config.Width);
        settings.Add($"{Architecture}.block_count", (uint)config.Layers);
        settings.Add($"{Architecture}.feed_forward_length", (uint)config.FeedForwardSize);
        settings.Add($"{Architecture}.attention.head_count", (uint)config.Heads);
        settings.Add($"{Architecture}.attention.head_count_kv", (uint)config.Stack.KeyValueHeadCount);
        settings.Add($"{Architecture}.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon);
        settings.Add($"{Architecture}.rope.dimension_count", (uint)config.Stack.HeadDim);
        settings.Add($"{Architecture}.rope.freq_base", (float)config.RotaryBase);
        return settings;
    }

    // Programs use the table of tokens for the logits when there is no tensor of that name.
    private static IEnumerable<ModelTensor> Tensors(Gpt model)
    {
        yield return new("token_embd.weight", model.Tokens.Weight);
        for (var i = 0; i < model.Blocks.Count; i++)
        {
            var block = model.Blocks[i];
            var (attention, feedForward) = (block.Attention, block.FeedForward!);
            var (queries, keys) = (attention.Width, attention.KeyValueHeads * attention.HeadDim);
            yield return new($"blk.{i}.attn_norm.weight", block.AttentionNorm.Weight);
            foreach (var (kind, rows) in Parameters(attention.Qkv))
            {
                yield return new($"blk.{i}.attn_q.{kind}", rows.narrow(0, 0, queries));
                yield return new($"blk.{i}.attn_k.{kind}", rows.narrow(0, queries, keys));
                yield return new($"blk.{i}.attn_v.{kind}", rows.narrow(0, queries + keys, keys));
            }

            yield return new($"blk.{i}.ffn_norm.weight", block.FeedForwardNorm.Weight);
            foreach (var (layer, linear) in ((string, Linear)[])
            [
                ("attn_output", attention.Output), ("ffn_gate", feedForward.Gate!), ("ffn_up", feedForward.Widen), ("ffn_down", feedForward.Narrow),
            ])
            {
                foreach (var (kind, parameter) in Parameters(linear))
                {
                    yield return new($"blk.{i}.{layer}.{kind}", parameter);
                }
            }
        }

        yield return new("output_norm.weight", model.Norm!.Weight);
        if (!model.Config.TieWeights)
        {
            yield return new("output.weight", model.HeadWeight);
        }
    }

    private static IEnumerable<(string Kind, torch.Tensor Parameter)> Parameters(Linear layer) =>
        layer.Bias is { } bias ? [("weight", layer.Weight), ("bias", bias)] : [("weight", layer.Weight)];

    private static GgufTensor ToGguf(ModelTensor tensor, GgufPrecision precision) => new(
        tensor.Name,
        tensor.Shape,
        precision == GgufPrecision.Float16 && tensor.Shape.Length > 1 ? GgufTensorType.Float16 : GgufTensorType.Float32,
        () =>
        {
            using var scope = torch.NewDisposeScope();
            return tensor.ToTensor().data<float>().ToArray();
        });
}
