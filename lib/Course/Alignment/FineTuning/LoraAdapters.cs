using System.Text.Json;
using Course.Layers;
using Course.Models;
using TorchSharp;

namespace Course.Alignment.FineTuning;

/// <summary>
/// Low-rank adaptation (Hu et al. 2021): the model's own weights stay as they are, bit for bit, and a few thin matrices beside its
/// linear layers learn instead. One base model can so have many small sets of adapters.
/// </summary>
/// <remarks>
/// The adapters are a module of their own: hand it to an optimizer and only they are trained, save it and only they are saved. While
/// it exists, the base's parameters ask for no gradient; disposing it gives the model back.
/// </remarks>
public sealed class LoraAdapters : torch.nn.Module
{
    private const string Kind = "LoraAdapters";

    private readonly Borrowed<Gpt> borrowed;
    private readonly TorchSharp.Modules.ModuleList<LoraLayer> layers;
    private readonly List<TorchSharp.Modules.Parameter> frozen;
    private readonly Dictionary<LoraLayer, torch.Tensor> originals = [];
    private bool isDetached;

    /// <summary>Hangs fresh adapters on a model, which at first changes nothing that it computes.</summary>
    /// <param name="model">The base model; it stays the caller's.</param>
    /// <param name="options">Rank, scale, and which layers.</param>
    /// <param name="seed">The same seed gives the same adapters.</param>
    /// <exception cref="ArgumentException">A target names no layer, the rank is too large, or the model has adapters already.</exception>
    public LoraAdapters(Gpt model, LoraOptions options, long seed = 0)
        : base(Kind)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        borrowed = new Borrowed<Gpt>(model);
        Options = options.Validated();
        using var init = new Initialization(seed, model.Device);
        layers = [.. Targets(model, options).Select(target => new LoraLayer(target.Name, target.Layer, options, init, () => model.training))];
        RegisterComponents();
        frozen = [.. model.parameters().Where(parameter => parameter.requires_grad)];
        frozen.ForEach(parameter => parameter.requires_grad = false);
        Attach();
    }

    /// <summary>Rank, scale, and which layers.</summary>
    public LoraOptions Options { get; }

    /// <summary>The corrections, in the order of the model's layers.</summary>
    public IReadOnlyList<LoraLayer> Layers => [.. layers];

    /// <summary>Whether the corrections have been added to the model's weights.</summary>
    public bool IsMerged => originals.Count > 0;

    /// <summary>How many numbers are trained.</summary>
    public long ParameterCount => Layers.Sum(layer => layer.Down.numel() + layer.Up.numel());

    /// <summary>Adds the corrections to the model's weights: the same results without the extra work.</summary>
    /// <exception cref="InvalidOperationException">They are merged already.</exception>
    public void Merge()
    {
        ObjectDisposedException.ThrowIf(isDetached, this);
        if (IsMerged)
        {
            throw new InvalidOperationException("The adapters are merged already.");
        }

        using var noGrad = torch.no_grad();
        foreach (var layer in layers)
        {
            using var delta = layer.Delta();
            // Subtracting the correction again would leave rounding errors behind; a copy does not.
            originals.Add(layer, layer.Target.Weight.detach().clone().DetachFromDisposeScope());
            layer.Target.Weight.add_(delta);
            layer.Target.Addition = null;
        }
    }

    /// <summary>Takes the corrections out again: the model's weights are those from before, bit for bit.</summary>
    /// <exception cref="InvalidOperationException">They are not merged.</exception>
    public void Unmerge()
    {
        if (!IsMerged)
        {
            throw new InvalidOperationException("The adapters are not merged.");
        }

        using var noGrad = torch.no_grad();
        foreach (var (layer, original) in originals)
        {
            layer.Target.Weight.copy_(original);
        }

        ForgetOriginals();
        Attach();
    }

    /// <summary>Runs without the corrections until the result is disposed: the model from before, as a reference.</summary>
    /// <exception cref="InvalidOperationException">They are merged.</exception>
    public IDisposable Disabled()
    {
        ObjectDisposedException.ThrowIf(isDetached, this);
        if (IsMerged)
        {
            throw new InvalidOperationException("The adapters are merged into the weights: unmerge them first.");
        }

        Detach();
        return new Pause(this);
    }

    /// <summary>Writes the adapters, and nothing of the base model, to a file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => Safetensors.Write(path, NamedTensors(), new Dictionary<string, string>
    {
        [ModelFile.KindKey] = Kind,
        [ModelFile.ConfigKey] = JsonSerializer.Serialize(Options, ModelFile.Json),
    });

    /// <summary>Hangs adapters from a file on a model.</summary>
    /// <param name="path">A file written by <see cref="Save"/>.</param>
    /// <param name="model">The model they were trained on.</param>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model; the model is left as it was.</exception>
    public static LoraAdapters Load(string path, Gpt model)
    {
        using var file = Safetensors.Open(path);
        var options = ReadOptions(file, path);
        LoraAdapters? adapters = null;
        try
        {
            adapters = new LoraAdapters(model, options);
            var tensors = adapters.NamedTensors();
            if (file.Header.Entries.Count != tensors.Count)
            {
                throw new InvalidDataException(
                    $"'{path}' holds {file.Header.Entries.Count} tensors, but adapters for this model have {tensors.Count}.");
            }

            foreach (var (name, tensor) in tensors)
            {
                file.ReadInto(name, tensor);
            }

            return adapters;
        }
        catch (Exception e)
        {
            adapters?.Dispose();
            if (e is ArgumentException)
            {
                throw new InvalidDataException($"The adapters in '{path}' do not fit this model. {e.Message}", e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>The base model changes its mode with them: its dropout is part of the training.</remarks>
    public override void train(bool on = true)
    {
        base.train(on);
        borrowed?.Value.train(on);
    }

    /// <inheritdoc/>
    /// <remarks>Merged corrections stay in the weights: so a finished model is made.</remarks>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDetached)
        {
            isDetached = true;
            Detach();
            ForgetOriginals();
            foreach (var parameter in frozen.Where(parameter => !parameter.IsInvalid))
            {
                parameter.requires_grad = true;
            }
        }

        base.Dispose(disposing);
    }

    private static LoraOptions ReadOptions(Safetensors file, string path)
    {
        var metadata = file.Header.Metadata;
        if (metadata.GetValueOrDefault(ModelFile.KindKey) != Kind || !metadata.TryGetValue(ModelFile.ConfigKey, out var text))
        {
            throw new InvalidDataException($"'{path}' holds no LoRA adapters.");
        }

        try
        {
            return (JsonSerializer.Deserialize<LoraOptions>(text, ModelFile.Json) ?? throw new JsonException("it is empty")).Validated();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}' has options that cannot be used: {e.Message}", e);
        }
    }

    private static List<(string Name, Linear Layer)> Targets(Gpt model, LoraOptions options)
    {
        var linear = model.named_modules().Where(pair => pair.module is Linear).Select(pair => (pair.name, (Linear)pair.module)).ToList();
        var names = linear.Select(pair => LastPart(pair.name)).Distinct().ToList();
        if (options.Targets.FirstOrDefault(target => !names.Contains(target)) is { } unknown)
        {
            throw new ArgumentException(
                $"No linear layer of the model is called '{unknown}'. Its layers are called {string.Join(", ", names)}.", nameof(options));
        }

        var chosen = linear.Where(pair => options.Targets.Contains(LastPart(pair.name))).ToList();
        return chosen.Any(pair => pair.Item2.Addition is not null)
            ? throw new ArgumentException("Adapters hang on this model already: merge or dispose them first.", nameof(model))
            : chosen;
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    private Dictionary<string, torch.Tensor> NamedTensors()
    {
        var tensors = new Dictionary<string, torch.Tensor>();
        foreach (var layer in layers)
        {
            tensors.Add($"{layer.Name}.lora_A", layer.Down);
            tensors.Add($"{layer.Name}.lora_B", layer.Up);
        }

        return tensors;
    }

    private void Attach()
    {
        foreach (var layer in layers)
        {
            layer.Target.Addition = layer.forward;
        }
    }

    private void Detach()
    {
        foreach (var layer in layers)
        {
            layer.Target.Addition = null;
        }
    }

    private void ForgetOriginals()
    {
        foreach (var original in originals.Values)
        {
            original.Dispose();
        }

        originals.Clear();
    }

    private sealed class Pause(LoraAdapters adapters) : IDisposable
    {
        public void Dispose()
        {
            if (!adapters.isDetached && !adapters.IsMerged)
            {
                adapters.Attach();
            }
        }
    }
}
