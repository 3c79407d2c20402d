using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;

namespace Course.Models;

/// <summary>A model in one safetensors file: its weights as tensors, its kind and configuration as texts.</summary>
internal static class ModelFile
{
    public const string KindKey = "model";
    public const string ConfigKey = "config";

    public static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static void Save<TConfig>(torch.nn.Module model, string path, string kind, TConfig config) =>
        Safetensors.Write(path, model.state_dict(), new Dictionary<string, string>
        {
            [KindKey] = kind,
            [ConfigKey] = JsonSerializer.Serialize(config, Json),
        });

    public static TModel Load<TModel, TConfig>(
        string path, string kind, Func<TConfig, long> storedNumbers, Func<TConfig, TModel> build)
        where TModel : torch.nn.Module
    {
        using var file = Safetensors.Open(path);
        var config = ReadConfig<TConfig>(file, path, kind);
        TModel? model = null;
        try
        {
            // A file of a few bytes could ask for a model of many gigabytes: count before building.
            var numbers = file.Header.Entries.Values.Sum(entry => entry.Count);
            if (storedNumbers(config) != numbers)
            {
                throw new InvalidDataException(
                    $"'{path}' describes a model of {storedNumbers(config)} numbers but holds {numbers}.");
            }

            model = build(config);
            ReadWeights(file, model, path);
            return model;
        }
        catch (Exception e)
        {
            model?.Dispose();
            if (e is ArgumentException or OverflowException)
            {
                throw new InvalidDataException($"'{path}' describes a model that cannot be built. {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Fills a model with the tensors of a file whose names start with a prefix; there must be exactly those.</summary>
    public static void ReadWeights(Safetensors file, torch.nn.Module model, string path, string prefix = "")
    {
        var state = model.state_dict();
        var names = file.Header.Entries.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToHashSet();
        var missing = state.Keys.Where(name => !names.Contains(prefix + name)).ToList();
        var unknown = names.Where(name => !state.ContainsKey(name[prefix.Length..])).ToList();
        if (missing.Count + unknown.Count > 0)
        {
            throw new InvalidDataException(
                $"'{path}' belongs to another model."
                + (missing.Count > 0 ? $" It lacks {Some(missing)}." : "")
                + (unknown.Count > 0 ? $" The model has no {Some(unknown)}." : ""));
        }

        // First check everything, then change something: a file that does not fit leaves the model as it was.
        foreach (var (name, tensor) in state)
        {
            file.Check(prefix + name, tensor);
        }

        foreach (var (name, tensor) in state)
        {
            file.ReadInto(prefix + name, tensor);
        }
    }

    private static TConfig ReadConfig<TConfig>(Safetensors file, string path, string kind)
    {
        var metadata = file.Header.Metadata;
        if (!metadata.TryGetValue(KindKey, out var found) || !metadata.TryGetValue(ConfigKey, out var text))
        {
            throw new InvalidDataException($"'{path}' holds tensors but does not say of which model.");
        }

        if (found != kind)
        {
            throw new InvalidDataException($"'{path}' holds a model of kind '{found}', not '{kind}'.");
        }

        try
        {
            return JsonSerializer.Deserialize<TConfig>(text, Json)
                ?? throw new InvalidDataException($"'{path}' has an empty configuration.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"'{path}' has a configuration that cannot be read: {e.Message}", e);
        }
    }

    private static string Some(List<string> names) =>
        string.Join(", ", names.Take(3).Select(name => $"'{name}'")) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
}
