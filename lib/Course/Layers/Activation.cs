using TorchSharp;

namespace Course.Layers;

/// <summary>The bend between two linear layers. Without one, any number of linear layers is a single linear layer.</summary>
public enum Activation
{
    /// <summary>max(0, x) (Nair and Hinton 2010).</summary>
    Relu,

    /// <summary>x·Φ(x) with the normal distribution's Φ, computed by erf (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>
    /// GELU's approximation by tanh (Hendrycks and Gimpel 2016, section 2), with which GPT-2 was trained. libtorch computes it
    /// about half as fast as <see cref="Gelu"/> on a CPU.
    /// </summary>
    GeluTanh,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x·σ(x), also called swish (Elfwing et al. 2017).</summary>
    Silu,
}

/// <summary>Applies an <see cref="Activation"/>.</summary>
public static class Activations
{
    /// <summary>The function, number by number.</summary>
    /// <param name="activation">Which function.</param>
    /// <param name="input">Any shape.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value names no activation.</exception>
    public static torch.Tensor Apply(this Activation activation, torch.Tensor input) => activation switch
    {
        Activation.Relu => input.relu(),
        Activation.Gelu => input.gelu(),
        Activation.GeluTanh => input.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
        Activation.Tanh => input.tanh(),
        Activation.Silu => input.silu(),
        _ => throw new ArgumentOutOfRangeException(
            nameof(activation), activation, $"There is no such activation. Use one of {string.Join(", ", Enum.GetNames<Activation>())}."),
    };
}
