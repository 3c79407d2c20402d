using System.Text.Json;
using System.Text.Json.Nodes;
using Course.Layers;
using TorchSharp;

namespace Course.Models.Formats;

/// <summary>Llama as Hugging Face's <c>LlamaForCausalLM</c> keeps it.</summary>
internal sealed class LlamaLayout : HuggingFaceLayout
{
    public override string ModelType => "llama";

    protected override string Architecture => "LlamaForCausalLM";

    protected override string Prefix => "model.";

    public override string? Misfit(GptConfig config) =>
        !config.Causal ? "it sees both sides"
        : config.Positions != PositionKind.Rotary ? $"its positions are {config.Positions} and not rotary"
        : config.Norm != NormKind.RmsNorm || config.NormPlacement != NormPlacement.Pre ? "its norms are not RMSNorms before each part"
        : !config.Gated ? "its feed-forward layers have no gate"
        : config.Experts > 0 ? "it has experts"
        : null;

    public override GptConfig Config(JsonSettings settings)
    {
        var (width, heads) = (settings.Integer("hidden_size"), settings.Integer("num_attention_heads"));
        if (settings.Object("rope_scaling") is { } scaling
            && !(scaling.TryGetProperty("rope_type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "default"))
        {
            throw settings.Error("it stretches its rotary positions (rope_scaling), which this library does not.");
        }

        if (heads > 0 && settings.Integer("head_dim", width / heads) != width / heads)
        {
            throw settings.Error("the heads do not share the width equally (head_dim), as they do in this library.");
        }

        var bias = settings.Flag("attention_bias", false);
        if (bias != settings.Flag("mlp_bias", false))
        {
            throw settings.Error("either all or no linear layers must have a bias in this library.");
        }

        return GptConfig.Llama(
            settings.Integer("vocab_size"),
            settings.Integer("num_hidden_layers"),
            heads,
            width,
            settings.Integer("num_key_value_heads", heads),
            settings.Integer("intermediate_size"),
            settings.Integer("max_position_embeddings", 2048),
            settings.Flag("tie_word_embeddings", false),
            settings.Number("rope_theta", Rotary.DefaultBase),
            settings.Number("rms_norm_eps", 1e-6)) with
        {
            Activation = ActivationOf(settings, "hidden_act", "silu"),
            Dropout = settings.Number("attention_dropout", 0),
            Bias = bias,
        };
    }

    protected override void Describe(GptConfig config, JsonObject settings)
    {
        settings["vocab_size"] = config.VocabularySize;
        settings["max_position_embeddings"] = config.BlockSize;
        settings["hidden_size"] = config.Width;
        settings["intermediate_size"] = config.FeedForwardSize;
        settings["num_hidden_layers"] = config.Layers;
        settings["num_attention_heads"] = config.Heads;
        settings["num_key_value_heads"] = config.Stack.KeyValueHeadCount;
        settings["hidden_act"] = NameOf(config.Activation);
        settings["rms_norm_eps"] = config.NormEpsilon;
        settings["rope_theta"] = config.RotaryBase;
        settings["attention_bias"] = config.Bias;
        settings["mlp_bias"] = config.Bias;
        settings["attention_dropout"] = config.Dropout;
        settings["tie_word_embeddings"] = config.TieWeights;
    }

    /// <summary>The frequencies of the rotary positions, which old files hold beside the weights.</summary>
    public override bool IsIgnored(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    public override IEnumerable<ModelTensor> Tensors(Gpt gpt)
    {
        yield return new("model.embed_tokens.weight", gpt.Tokens.Weight);
        for (var i = 0; i < gpt.Blocks.Count; i++)
        {
            foreach (var tensor in Block($"model.layers.{i}", gpt.Blocks[i]))
            {
                yield return tensor;
            }
        }

        yield return new("model.norm.weight", gpt.Norm!.Weight);
        if (!gpt.Config.TieWeights)
        {
            yield return new(HeadName, gpt.HeadWeight);
        }
    }

    private static IEnumerable<ModelTensor> Block(string name, TransformerBlock block)
    {
        var (attention, feedForward) = (block.Attention, block.FeedForward!);
        var queries = attention.Heads * attention.HeadDim;
        var keys = attention.KeyValueHeads * attention.HeadDim;
        foreach (var (kind, parameter) in Parameters(attention.Qkv))
        {
            yield return ModelTensor.Halves($"{name}.self_attn.q_proj.{kind}", parameter.narrow(0, 0, queries), attention.Heads);
            yield return ModelTensor.Halves($"{name}.self_attn.k_proj.{kind}", parameter.narrow(0, queries, keys), attention.KeyValueHeads);
            yield return new($"{name}.self_attn.v_proj.{kind}", parameter.narrow(0, queries + keys, keys));
        }

        (string Name, Linear Layer)[] layers =
        [
            ("self_attn.o_proj", attention.Output),
            ("mlp.gate_proj", feedForward.Gate!),
            ("mlp.up_proj", feedForward.Widen),
            ("mlp.down_proj", feedForward.Narrow),
        ];
        foreach (var layer in layers)
        {
            foreach (var (kind, parameter) in Parameters(layer.Layer))
            {
                yield return new($"{name}.{layer.Name}.{kind}", parameter);
            }
        }

        yield return new($"{name}.input_layernorm.weight", block.AttentionNorm.Weight);
        yield return new($"{name}.post_attention_layernorm.weight", block.FeedForwardNorm.Weight);
    }

    private static IEnumerable<(string Kind, torch.Tensor Parameter)> Parameters(Linear layer)
    {
        yield return ("weight", layer.Weight);
        if (layer.Bias is { } bias)
        {
            yield return ("bias", bias);
        }
    }
}
