using System.Text.Json.Nodes;
using Course.Layers;

namespace Course.Models.Formats;

/// <summary>How one architecture of Hugging Face's transformers names its settings and weights.</summary>
internal abstract class HuggingFaceLayout
{
    public const string HeadName = "lm_head.weight";

    private static readonly (string Name, Activation Activation)[] Activations =
    [
        ("gelu_new", Activation.GeluTanh),
        ("gelu", Activation.Gelu),
        ("relu", Activation.Relu),
        ("tanh", Activation.Tanh),
        ("silu", Activation.Silu),
        ("gelu_pytorch_tanh", Activation.GeluTanh),
        ("swish", Activation.Silu),
    ];

    /// <summary>All that are known.</summary>
    public static IReadOnlyList<HuggingFaceLayout> All { get; } = [new Gpt2Layout(), new LlamaLayout()];

    /// <summary>What config.json calls it.</summary>
    public abstract string ModelType { get; }

    protected abstract string Architecture { get; }

    /// <summary>Begins the names of all weights but the head's; a file may lack it.</summary>
    protected abstract string Prefix { get; }

    /// <summary>Why a model cannot be kept this way; <see langword="null"/> when it can.</summary>
    public abstract string? Misfit(GptConfig config);

    /// <summary>The model's shape.</summary>
    /// <exception cref="InvalidDataException">A setting is missing or means something this library cannot do.</exception>
    public abstract GptConfig Config(JsonSettings settings);

    /// <summary>Tensors of a file that are no weights.</summary>
    public abstract bool IsIgnored(string name);

    /// <summary>The weights.</summary>
    public abstract IEnumerable<ModelTensor> Tensors(Gpt gpt);

    /// <summary>The content of config.json.</summary>
    public JsonObject ToJson(GptConfig config)
    {
        var settings = new JsonObject
        {
            ["architectures"] = new JsonArray(Architecture),
            ["model_type"] = ModelType,
            ["torch_dtype"] = "float32",
        };
        Describe(config, settings);
        return settings;
    }

    /// <summary>The name a weight has in a file without prefixes.</summary>
    public string Bare(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    protected abstract void Describe(GptConfig config, JsonObject settings);

    protected static string NameOf(Activation activation) => Activations.First(known => known.Activation == activation).Name;

    protected static Activation ActivationOf(JsonSettings settings, string key, string fallback)
    {
        var name = settings.Text(key, fallback);
        var index = Array.FindIndex(Activations, known => known.Name == name);
        return index >= 0 ? Activations[index].Activation : throw settings.Error($"this library has no activation '{name}'.");
    }
}
