using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// A network that learns without answers: it must return its own input through a bottleneck, and so finds a short code for it
/// (Hinton and Salakhutdinov 2006). What does not look like the rows it learned from comes back badly: an anomaly.
/// </summary>
public sealed class Autoencoder : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Mlp encoder;
    private readonly Mlp decoder;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public Autoencoder(AutoencoderConfig config, long seed = 0, torch.Device? device = null)
        : base(ModuleName.Loaded(nameof(Autoencoder)))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        encoder = new Mlp(config.Encoder, unchecked(2 * seed), device);
        decoder = new Mlp(config.Decoder, unchecked((2 * seed) + 1), device);
        RegisterComponents();
    }

    /// <summary>The network's shape.</summary>
    public AutoencoderConfig Config { get; }

    /// <summary>Shortens a row to its code: (batch, input) to (batch, code).</summary>
    public Mlp Encoder => encoder;

    /// <summary>Restores a row from its code: (batch, code) to (batch, input).</summary>
    public Mlp Decoder => decoder;

    /// <inheritdoc/>
    /// <param name="input">(batch, input).</param>
    /// <returns>What comes back: (batch, input).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var code = encoder.forward(input);
        return decoder.forward(code);
    }

    /// <summary>The mean squared difference between rows and what comes back.</summary>
    /// <param name="input">(batch, input).</param>
    /// <returns>A single number with a gradient.</returns>
    public torch.Tensor Loss(torch.Tensor input)
    {
        using var restored = forward(input);
        return torch.nn.functional.mse_loss(restored, input);
    }

    /// <summary>The mean squared difference of each row: large for rows unlike those it learned from.</summary>
    /// <param name="input">(batch, input).</param>
    /// <returns>(batch).</returns>
    public torch.Tensor Errors(torch.Tensor input)
    {
        using var evaluating = this.Evaluating();
        using var scope = torch.NewDisposeScope();
        return (forward(input) - input).square().mean([-1]).MoveToOuterDisposeScope();
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(Autoencoder), Config);

    /// <summary>Reads a network written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the network shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static Autoencoder Load(string path, torch.Device? device = null) => ModelFile.Load<Autoencoder, AutoencoderConfig>(
        path, nameof(Autoencoder), config => config.Validated().ParameterCount, config => new Autoencoder(config, device: device));
}
