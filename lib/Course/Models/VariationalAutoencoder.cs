using Course.Runtime;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// An autoencoder that can invent (Kingma and Welling 2014). The encoder gives not one code but a normal distribution of codes, and
/// is held to stay near the standard one; so codes drawn from that decode to new rows like those it learned from.
/// </summary>
/// <remarks>
/// Input numbers lie in [0, 1] and are read as the probabilities of independent coin tosses. The loss is the negative evidence lower
/// bound, in nats per row (equation 10 with one sample): −log p(x|z) + KL(q(z|x) ‖ p(z)).
/// </remarks>
public sealed class VariationalAutoencoder : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Mlp encoder;
    private readonly Mlp decoder;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="device">Where it lives; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message says why.</exception>
    public VariationalAutoencoder(AutoencoderConfig config, long seed = 0, torch.Device? device = null)
        : base(ModuleName.Loaded(nameof(VariationalAutoencoder)))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        encoder = new Mlp(config.VariationalEncoder, unchecked(2 * seed), device);
        decoder = new Mlp(config.Decoder, unchecked((2 * seed) + 1), device);
        RegisterComponents();
    }

    /// <summary>The network's shape.</summary>
    public AutoencoderConfig Config { get; }

    /// <inheritdoc/>
    /// <param name="input">(batch, input), numbers in [0, 1].</param>
    /// <returns>What comes back when each row's likeliest code is decoded: (batch, input), numbers in [0, 1].</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Decode(Encode(input).Mean).MoveToOuterDisposeScope();
    }

    /// <summary>The distribution of codes of each row.</summary>
    /// <param name="input">(batch, input), numbers in [0, 1].</param>
    /// <returns>Mean and logarithm of the variance, each (batch, code).</returns>
    public (torch.Tensor Mean, torch.Tensor LogVariance) Encode(torch.Tensor input)
    {
        using var both = encoder.forward(input); // (batch, 2·code)
        var halves = both.chunk(2, -1);
        return (halves[0], halves[1]);
    }

    /// <summary>The row a code stands for.</summary>
    /// <param name="code">(batch, code).</param>
    /// <returns>(batch, input), numbers in [0, 1].</returns>
    public torch.Tensor Decode(torch.Tensor code)
    {
        using var logits = decoder.forward(code);
        return logits.sigmoid();
    }

    /// <summary>The negative evidence lower bound, in nats per row.</summary>
    /// <param name="input">(batch, input), numbers in [0, 1].</param>
    /// <param name="noise">(batch, code) from a standard normal distribution; drawn when left out.</param>
    /// <returns>The whole loss, a single number with a gradient, and its two parts.</returns>
    public (torch.Tensor Total, torch.Tensor Reconstruction, torch.Tensor Divergence) LossParts(
        torch.Tensor input, torch.Tensor? noise = null)
    {
        using var scope = torch.NewDisposeScope();
        var (mean, logVariance) = Encode(input);
        // A draw from N(mean, variance), written so that gradients reach both (section 2.4).
        var code = mean + ((logVariance / 2).exp() * (noise ?? torch.randn_like(mean)));
        var reconstruction = torch.nn.functional.binary_cross_entropy_with_logits(
            decoder.forward(code), input, reduction: torch.nn.Reduction.Sum) / input.shape[0];
        // Appendix B: KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ (μ² + σ² − 1 − log σ²).
        var divergence = (mean.square() + logVariance.exp() - 1 - logVariance).sum() / (2 * input.shape[0]);
        return (
            (reconstruction + divergence).MoveToOuterDisposeScope(),
            reconstruction.MoveToOuterDisposeScope(),
            divergence.MoveToOuterDisposeScope());
    }

    /// <summary>The negative evidence lower bound, in nats per row.</summary>
    /// <param name="input">(batch, input), numbers in [0, 1].</param>
    /// <returns>A single number with a gradient.</returns>
    public torch.Tensor Loss(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return LossParts(input).Total.MoveToOuterDisposeScope();
    }

    /// <summary>Invents rows: codes from the standard normal distribution, decoded.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed gives the same rows.</param>
    /// <returns>(count, input), numbers in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public torch.Tensor Sample(int count, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var evaluating = this.Evaluating();
        using var scope = torch.NewDisposeScope();
        using var generator = new torch.Generator(unchecked((ulong)seed), torch.CPU);
        var code = torch.randn([count, Config.CodeSize], torch.float32, device: torch.CPU, generator: generator);
        return Decode(code.to(decoder.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes configuration and weights to one file.</summary>
    /// <param name="path">The file, by custom <c>*.safetensors</c>; replaced in one stroke when it exists.</param>
    public void Save(string path) => ModelFile.Save(this, path, nameof(VariationalAutoencoder), Config);

    /// <summary>Reads a network written by <see cref="Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the network shall live; <see cref="Devices.Default"/> when left out.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static VariationalAutoencoder Load(string path, torch.Device? device = null) =>
        ModelFile.Load<VariationalAutoencoder, AutoencoderConfig>(
            path,
            nameof(VariationalAutoencoder),
            config => config.Validated().VariationalParameterCount,
            config => new VariationalAutoencoder(config, device: device));
}
