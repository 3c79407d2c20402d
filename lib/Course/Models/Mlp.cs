using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// A multi-layer perceptron: linear layers with a bend between them. Reads a row of numbers, answers with one number (a logit) per
/// class.
/// </summary>
public sealed class Mlp : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly TorchSharp.Modules.ModuleList<Linear> layers;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="sizes">Numbers in each layer, from the input to the output: <c>[64, 128, 10]</c>.</param>
    /// <param name="activation">The bend after each hidden layer.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The sizes make no sense; the message says why.</exception>
    public Mlp(IReadOnlyList<int> sizes, Activation activation = Activation.Relu, long seed = 0, torch.Device? device = null)
        : this(new MlpConfig(sizes) { Activation = activation }, seed, device)
    {
    }

    /// <summary>Builds the network with fresh weights: He's initialisation before ReLU and its relatives, Glorot's otherwise.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public Mlp(MlpConfig config, long seed = 0, torch.Device? device = null)
        : base(ModuleName.Loaded(nameof(Mlp)))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        using var init = new Initialization(seed, device);
        var sizes = config.Sizes;
        layers = [.. Enumerable.Range(0, sizes.Count - 1).Select(i =>
        {
            var isLast = i == sizes.Count - 2;
            var weight = isLast || config.Activation == Activation.Tanh
                ? init.Glorot(sizes[i + 1], sizes[i])
                : init.He(sizes[i + 1], sizes[i]);
            return new Linear(weight, init.Zeros(sizes[i + 1]));
        })];
        RegisterComponents();
    }

    /// <summary>The network's shape.</summary>
    public MlpConfig Config { get; }

    /// <summary>Where the network lives.</summary>
    public torch.Device Device => layers[0].Weight.device;

    /// <summary>The linear layers, first to last.</summary>
    public IReadOnlyList<Linear> Layers => [.. layers];

    /// <inheritdoc/>
    /// <param name="input">Rows of numbers, (batch, features).</param>
    /// <returns>Logits, (batch, classes).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Logits(input);

    /// <summary>One number per class: the larger, the likelier.</summary>
    /// <param name="input">Rows of numbers, (batch, features).</param>
    /// <returns>(batch, classes).</returns>
    public torch.Tensor Logits(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var isTraining = Config.Dropout > 0 && training;
        var signal = layers[0].forward(input);
        foreach (var layer in layers.Skip(1))
        {
            signal = Dropout.Apply(Config.Activation.Apply(signal), Config.Dropout, isTraining);
            signal = layer.forward(signal);
        }

        return signal.MoveToOuterDisposeScope();
    }

    /// <summary>The mean negative log-likelihood of the right classes, in nats: the cross-entropy.</summary>
    /// <param name="input">Rows of numbers, (batch, features).</param>
    /// <param name="labels">The right classes, (batch), int64.</param>
    /// <returns>A single number with a gradient.</returns>
    public torch.Tensor Loss(torch.Tensor input, torch.Tensor labels)
    {
        using var logits = Logits(input);
        return torch.nn.functional.cross_entropy(logits, labels);
    }

    /// <summary>The likelihood of each class.</summary>
    /// <param name="input">Rows of numbers, (batch, features).</param>
    /// <returns>(batch, classes); rows add up to 1.</returns>
    public torch.Tensor Probabilities(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        using var logits = Logits(input);
        return logits.softmax(-1);
    }

    /// <summary>The likeliest class of each row.</summary>
    /// <param name="input">Rows of numbers, (batch, features).</param>
    /// <returns>(batch), int64.</returns>
    public torch.Tensor Predict(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        using var logits = Logits(input);
        return logits.argmax(-1);
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(Mlp), Config);

    /// <summary>Reads a network written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the network shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static Mlp Load(string path, torch.Device? device = null) =>
        ModelFile.Load<Mlp, MlpConfig>(path, nameof(Mlp), config => config.Validated().ParameterCount, config => new Mlp(config, device: device));
}
