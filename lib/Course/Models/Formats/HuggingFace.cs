using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Course.Tokenization;
using TorchSharp;

namespace Course.Models.Formats;

/// <summary>
/// Model folders in the layout of Hugging Face's transformers: <c>config.json</c>, <c>model.safetensors</c> and, with a tokenizer,
/// <c>tokenizer.json</c>. What is trained here can be opened there, and GPT-2 or a small Llama from there can be opened here.
/// </summary>
/// <remarks>
/// Folders may come from anywhere: nothing in them is run, and no model is built that has more numbers than the files.
/// </remarks>
public static class HuggingFace
{
    private const string ConfigFile = "config.json";
    private const string TokenizerFile = "tokenizer.json";
    private const string TokenizerConfigFile = "tokenizer_config.json";

    private const long LargestTable = 1 << 24;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a model, in GPT-2's or Llama's layout, whichever it fits.</summary>
    /// <param name="model">The model. Without biases it still fits GPT-2's layout: zeros are written, which change nothing.</param>
    /// <param name="directory">The folder; made when it is not there.</param>
    /// <param name="tokenizer">Its tokenizer, if that shall travel with it.</param>
    /// <exception cref="ArgumentException">The model fits neither layout; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(Gpt model, string directory, BpeTokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var layout = HuggingFaceLayout.All.FirstOrDefault(layout => layout.Misfit(model.Config) is null)
            ?? throw new ArgumentException("This model cannot be written in Hugging Face's layouts. " + string.Join(' ', HuggingFaceLayout.All
                .Select(layout => $"It is no {layout.ModelType}: {layout.Misfit(model.Config)}.")), nameof(model));
        using (var scope = torch.NewDisposeScope())
        {
            var tensors = layout.Tensors(model).ToDictionary(tensor => tensor.Name, tensor => tensor.ToTensor());
            var metadata = new Dictionary<string, string> { ["format"] = "pt" }; // transformers asks for it
            Safetensors.Write(Path.Combine(directory, TensorFiles.SingleFile), tensors, metadata);
        }

        var settings = layout.ToJson(model.Config);
        if (tokenizer is not null && tokenizer.SpecialTokens.IndexOf(SpecialTokens.EndOfText) >= 0)
        {
            settings["bos_token_id"] = tokenizer.IdOf(SpecialTokens.EndOfText);
            settings["eos_token_id"] = tokenizer.IdOf(SpecialTokens.EndOfText);
        }

        Write(Path.Combine(directory, ConfigFile), settings);
        if (tokenizer is not null)
        {
            TokenizerJson.Save(tokenizer, Path.Combine(directory, TokenizerFile));
            Write(Path.Combine(directory, TokenizerConfigFile), DescribeTokenizer(model, tokenizer));
        }
    }

    /// <summary>Reads a model.</summary>
    /// <param name="directory">A folder with GPT-2 or Llama in it; weights of any floating type become 32-bit ones.</param>
    /// <param name="device">Where the model shall live; <see cref="Runtime.Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The folder holds something else, or a file is damaged; the message says what.</exception>
    /// <exception cref="IOException">A file is not there or cannot be read.</exception>
    public static Gpt Load(string directory, torch.Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var settings = JsonSettings.Read(Path.Combine(directory, ConfigFile));
        var type = settings.Text("model_type");
        var layout = HuggingFaceLayout.All.FirstOrDefault(layout => layout.ModelType == type)
            ?? throw settings.Error(
                $"it is a '{type}'; this library reads {string.Join(" and ", HuggingFaceLayout.All.Select(layout => $"'{layout.ModelType}'"))}.");
        using var files = TensorFiles.Open(directory);
        Gpt? model = null;
        try
        {
            var config = layout.Config(settings).Validated();
            // A file of a few bytes could ask for a model of many gigabytes: count before building.
            if (config.ParameterCount > files.Count)
            {
                throw settings.Error($"it describes a model of {config.ParameterCount} numbers, but the files hold {files.Count}.");
            }

            // The tables of rotary positions are computed, not read.
            if ((long)config.BlockSize * config.Stack.HeadDim > Math.Max(LargestTable, files.Count))
            {
                throw settings.Error(
                    $"a context of {config.BlockSize} tokens would need larger tables than the model has weights; lower it in the file.");
            }

            model = new Gpt(config, device: device);
            Fill(model, layout, files, settings);
            return model;
        }
        catch (Exception e)
        {
            model?.Dispose();
            if (e is ArgumentException or OverflowException)
            {
                throw new InvalidDataException($"'{directory}' describes a model that cannot be built. {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Reads the tokenizer of a folder.</summary>
    /// <param name="directory">A folder with a <c>tokenizer.json</c>.</param>
    /// <exception cref="InvalidDataException">It is no byte-level pair tokenizer, or damaged; the message says what.</exception>
    public static BpeTokenizer LoadTokenizer(string directory) => TokenizerJson.Load(Path.Combine(directory, TokenizerFile));

    private static void Fill(Gpt model, HuggingFaceLayout layout, TensorFiles files, JsonSettings settings)
    {
        using var scope = torch.NewDisposeScope();
        // Some files name weights with the prefix of the whole model, some without.
        var names = files.Names.ToDictionary(layout.Bare, StringComparer.Ordinal);
        var tensors = layout.Tensors(model).ToList();
        var missing = tensors.Where(tensor => !names.ContainsKey(layout.Bare(tensor.Name))).Select(tensor => tensor.Name).ToList();
        if (missing.Count > 0)
        {
            throw settings.Error($"the weights {string.Join(", ", missing.Take(3))} are missing ({missing.Count} in all).");
        }

        var known = tensors.Select(tensor => layout.Bare(tensor.Name)).ToHashSet(StringComparer.Ordinal);
        if (model.Config.TieWeights)
        {
            known.Add(HuggingFaceLayout.HeadName); // a copy of the token table
        }

        var unknown = files.Names.Where(name => !known.Contains(layout.Bare(name)) && !layout.IsIgnored(name)).ToList();
        if (unknown.Count > 0)
        {
            throw settings.Error($"the model has no place for {string.Join(", ", unknown.Take(3))} ({unknown.Count} in all).");
        }

        foreach (var tensor in tensors)
        {
            using var inner = torch.NewDisposeScope();
            var name = names[layout.Bare(tensor.Name)];
            if (!files.ShapeOf(name).SequenceEqual(tensor.Shape))
            {
                throw settings.Error(
                    $"'{name}' has the shape ({string.Join(", ", files.ShapeOf(name))}), but ({string.Join(", ", tensor.Shape)}) is needed.");
            }

            tensor.Set(files.Read(name));
        }
    }

    private static JsonObject DescribeTokenizer(Gpt model, BpeTokenizer tokenizer)
    {
        var settings = new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["model_max_length"] = model.BlockSize,
            ["clean_up_tokenization_spaces"] = false,
        };
        Name("bos_token", SpecialTokens.EndOfText);
        Name("eos_token", SpecialTokens.EndOfText);
        Name("pad_token", SpecialTokens.Pad);
        Name("mask_token", SpecialTokens.Mask);
        return settings;

        void Name(string role, string token)
        {
            if (tokenizer.SpecialTokens.IndexOf(token) >= 0)
            {
                settings[role] = token;
            }
        }
    }

    private static void Write(string path, JsonObject settings) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(settings.ToJsonString(Json) + "\n")));
}
