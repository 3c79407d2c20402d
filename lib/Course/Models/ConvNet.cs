using Course.Layers;
using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// A convolutional network (LeCun et al. 1998): convolutions look for ever larger patterns in a picture that is halved after each,
/// and a linear layer judges what they found.
/// </summary>
public sealed class ConvNet : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly TorchSharp.Modules.ModuleList<Convolution> convolutions;
    private readonly Linear head;

    /// <summary>Builds the network with fresh weights: He's initialisation for the convolutions, Glorot's for the last layer.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public ConvNet(ConvNetConfig config, long seed = 0, torch.Device? device = null)
        : base(ModuleName.Loaded(nameof(ConvNet)))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        using var init = new Initialization(seed, device);
        convolutions = [.. config.Channels.Prepend(config.InputChannels).Zip(config.Channels)
            .Select(stage => new Convolution(stage.First, stage.Second, config.Kernel, init))];
        head = new Linear(init.Glorot(config.Classes, config.FeatureCount), init.Zeros(config.Classes));
        RegisterComponents();
    }

    /// <summary>The network's shape.</summary>
    public ConvNetConfig Config { get; }

    /// <summary>The convolutions, first to last.</summary>
    public IReadOnlyList<Convolution> Convolutions => [.. convolutions];

    /// <inheritdoc/>
    /// <param name="input">Pictures, (batch, channels, height, width) or, row by row, (batch, channels·height·width).</param>
    /// <returns>Logits, (batch, classes).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var features = Features(input)[^1].flatten(1); // (batch, features)
        return head.forward(Dropout.Apply(features, Config.Dropout, training)).MoveToOuterDisposeScope();
    }

    /// <summary>What each convolution finds, for pictures.</summary>
    /// <param name="input">Pictures, (batch, channels, height, width) or, row by row, (batch, channels·height·width).</param>
    /// <returns>One tensor per convolution, after its bend and halved: (batch, its channels, height, width).</returns>
    /// <exception cref="ArgumentException">The pictures have another size.</exception>
    public IReadOnlyList<torch.Tensor> Features(torch.Tensor input)
    {
        long[] picture = [Config.InputChannels, Config.Height, Config.Width];
        if (!input.shape.Skip(1).SequenceEqual(picture) && !(input.dim() == 2 && input.shape[1] == picture[0] * picture[1] * picture[2]))
        {
            throw new ArgumentException(
                $"Pictures must be (batch, {string.Join(", ", picture)}) or the same in one row; they are "
                + $"({string.Join(", ", input.shape)}).", nameof(input));
        }

        using var scope = torch.NewDisposeScope();
        var signal = input.view([-1, .. picture]);
        var found = new List<torch.Tensor>(convolutions.Count);
        foreach (var convolution in convolutions)
        {
            var bent = Config.Activation.Apply(convolution.forward(signal));
            signal = torch.nn.functional.max_pool2d(bent, 2); // of each 2 × 2 pixels the largest
            found.Add(signal.MoveToOuterDisposeScope());
        }

        return found;
    }

    /// <summary>The mean negative log-likelihood of the right classes, in nats: the cross-entropy.</summary>
    /// <param name="input">Pictures, as for <see cref="forward"/>.</param>
    /// <param name="labels">The right classes, (batch), int64.</param>
    public torch.Tensor Loss(torch.Tensor input, torch.Tensor labels)
    {
        using var logits = forward(input);
        return torch.nn.functional.cross_entropy(logits, labels);
    }

    /// <summary>The likeliest class of each picture.</summary>
    /// <param name="input">Pictures, as for <see cref="forward"/>.</param>
    /// <returns>(batch), int64.</returns>
    public torch.Tensor Predict(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        using var logits = forward(input);
        return logits.argmax(-1);
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(ConvNet), Config);

    /// <summary>Reads a network written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the network shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static ConvNet Load(string path, torch.Device? device = null) => ModelFile.Load<ConvNet, ConvNetConfig>(
        path, nameof(ConvNet), config => config.Validated().ParameterCount, config => new ConvNet(config, device: device));
}
