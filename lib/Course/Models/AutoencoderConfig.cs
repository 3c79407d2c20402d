using System.Globalization;
using Course.Layers;

namespace Course.Models;

/// <summary>The shape of an <see cref="Autoencoder"/> or a <see cref="VariationalAutoencoder"/>. Immutable.</summary>
/// <param name="Sizes">Numbers in each layer of the encoder, from the input to the code: <c>[64, 32, 2]</c>. The decoder mirrors it.</param>
public sealed record AutoencoderConfig(params IReadOnlyList<int> Sizes)
{
    /// <summary>The bend after each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Numbers in the input.</summary>
    public int InputSize => Sizes[0];

    /// <summary>Numbers in the code.</summary>
    public int CodeSize => Sizes[^1];

    /// <summary>What is wrong, one sentence each; empty when the configuration makes sense.</summary>
    public IReadOnlyList<string> Problems() => Encoder.Problems();

    /// <summary>Returns the configuration itself, or says everything that is wrong with it.</summary>
    /// <exception cref="ArgumentException">The configuration makes no sense; the message lists why.</exception>
    public AutoencoderConfig Validated()
    {
        ProblemList.Refuse("an autoencoder", Problems());
        return this;
    }

    /// <summary>The network that shortens.</summary>
    public MlpConfig Encoder => new(Sizes) { Activation = Activation };

    /// <summary>The network that restores.</summary>
    public MlpConfig Decoder => new([.. Sizes.Reverse()]) { Activation = Activation };

    /// <summary>The encoder of a variational autoencoder: two numbers, mean and log variance, for each of the code.</summary>
    internal MlpConfig VariationalEncoder => new([.. Sizes.SkipLast(1), 2 * CodeSize]) { Activation = Activation };

    /// <summary>How many numbers training adjusts in an <see cref="Autoencoder"/>.</summary>
    public long ParameterCount => Encoder.ParameterCount + Decoder.ParameterCount;

    /// <summary>How many numbers training adjusts in a <see cref="VariationalAutoencoder"/>.</summary>
    public long VariationalParameterCount => VariationalEncoder.ParameterCount + Decoder.ParameterCount;

    /// <summary>Floating-point operations of one row's way through an <see cref="Autoencoder"/>; a multiplication with its addition counts as two.</summary>
    public double ForwardFlops => Encoder.ForwardFlops + Decoder.ForwardFlops;

    /// <summary>The configuration in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Autoencoder {string.Join(" → ", Sizes)} → {string.Join(" → ", Sizes.Reverse().Skip(1))} ({Activation}): {ParameterCount:N0} parameters "
        + $"({VariationalParameterCount:N0} when variational), {ForwardFlops / 1e3:N1} kFLOP per row");
}
