using System.Text.Json.Nodes;
using Course.Layers;
using TorchSharp;

namespace Course.Models.Formats;

/// <summary>GPT-2 as Hugging Face's <c>GPT2LMHeadModel</c> keeps it.</summary>
internal sealed class Gpt2Layout : HuggingFaceLayout
{
    public override string ModelType => "gpt2";

    protected override string Architecture => "GPT2LMHeadModel";

    // Files of the bare model lack it.
    protected override string Prefix => "transformer.";

    public override string? Misfit(GptConfig config) =>
        !config.Causal ? "it sees both sides"
        : config.Positions != PositionKind.Learned ? $"its positions are {config.Positions} and not learned"
        : config.Norm != NormKind.LayerNorm || config.NormPlacement != NormPlacement.Pre ? "its norms are not LayerNorms before each part"
        : config.Gated ? "its feed-forward layers have a gate"
        : config.Experts > 0 ? "it has experts"
        : config.Stack.KeyValueHeadCount != config.Heads ? "its query heads share keys and values"
        : null;

    public override GptConfig Config(JsonSettings settings) => GptConfig.Gpt2(
        settings.Integer("n_layer"),
        settings.Integer("n_head"),
        settings.Integer("n_embd"),
        settings.Integer("vocab_size"),
        settings.Integer("n_positions")) with
    {
        FeedForwardWidth = settings.Integer("n_inner", 0),
        Activation = ActivationOf(settings, "activation_function", "gelu_new"),
        NormEpsilon = settings.Number("layer_norm_epsilon", 1e-5),
        TieWeights = settings.Flag("tie_word_embeddings", true),
        Dropout = settings.Number("resid_pdrop", 0),
    };

    protected override void Describe(GptConfig config, JsonObject settings)
    {
        settings["vocab_size"] = config.VocabularySize;
        settings["n_positions"] = config.BlockSize;
        settings["n_embd"] = config.Width;
        settings["n_layer"] = config.Layers;
        settings["n_head"] = config.Heads;
        settings["n_inner"] = config.FeedForwardSize;
        settings["activation_function"] = NameOf(config.Activation);
        settings["layer_norm_epsilon"] = config.NormEpsilon;
        settings["resid_pdrop"] = config.Dropout;
        settings["embd_pdrop"] = config.Dropout;
        settings["attn_pdrop"] = config.Dropout;
        settings["tie_word_embeddings"] = config.TieWeights;
    }

    /// <summary>The tables of masks that old files hold beside the weights.</summary>
    public override bool IsIgnored(string name) =>
        name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);

    public override IEnumerable<ModelTensor> Tensors(Gpt gpt)
    {
        yield return new("transformer.wte.weight", gpt.Tokens.Weight);
        yield return new("transformer.wpe.weight", gpt.Positions.Table!);
        for (var i = 0; i < gpt.Blocks.Count; i++)
        {
            var block = gpt.Blocks[i];
            var name = $"transformer.h.{i}";
            var parts = Norm($"{name}.ln_1", block.AttentionNorm)
                .Concat(Transposed($"{name}.attn.c_attn", block.Attention.Qkv))
                .Concat(Transposed($"{name}.attn.c_proj", block.Attention.Output))
                .Concat(Norm($"{name}.ln_2", block.FeedForwardNorm))
                .Concat(Transposed($"{name}.mlp.c_fc", block.FeedForward!.Widen))
                .Concat(Transposed($"{name}.mlp.c_proj", block.FeedForward!.Narrow));
            foreach (var part in parts)
            {
                yield return part;
            }
        }

        foreach (var part in Norm("transformer.ln_f", gpt.Norm!))
        {
            yield return part;
        }

        if (!gpt.Config.TieWeights)
        {
            yield return new(HeadName, gpt.HeadWeight);
        }
    }

    // GPT-2's linear layers are "Conv1D"s, whose weight is (inputs, outputs).
    private static IEnumerable<ModelTensor> Transposed(string name, Linear layer) =>
        [new($"{name}.weight", layer.Weight.t()), Bias(name, layer.Bias, layer.Weight.shape[0], layer.Weight.device)];

    private static IEnumerable<ModelTensor> Norm(string name, Norm norm) =>
        [new($"{name}.weight", norm.Weight), Bias(name, norm.Bias, norm.Weight.shape[0], norm.Weight.device)];

    // The format has a bias everywhere. A model without writes zeros, which change nothing.
    private static ModelTensor Bias(string name, torch.Tensor? bias, long count, torch.Device device) =>
        new($"{name}.bias", bias ?? torch.zeros(count, device: device));
}
