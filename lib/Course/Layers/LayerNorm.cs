using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>
/// Brings each vector to mean 0 and variance 1, then lets training choose gain and shift: y = (x − μ)/√(σ² + ε) · g + b
/// (Ba, Kiros and Hinton 2016, equation 4).
/// </summary>
public sealed class LayerNorm : Norm
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly double epsilon;
    private readonly long[] shape;

    /// <summary>Starts with gain 1 and shift 0.</summary>
    /// <param name="width">Numbers in a vector.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="bias">Whether a shift is learned.</param>
    /// <param name="epsilon">Added to the variance so that a constant vector divides by no zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1 or epsilon not positive.</exception>
    public LayerNorm(long width, Initialization init, bool bias = true, double epsilon = 1e-5)
        : base(nameof(LayerNorm))
    {
        weight = init.Ones(Size.Positive(width));
        this.bias = bias ? init.Zeros(width) : null;
        this.epsilon = CheckEpsilon(epsilon);
        shape = [width];
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Parameter Weight => weight;

    /// <inheritdoc/>
    public override Parameter? Bias => bias;

    /// <summary>The same in small steps, for reading and for checking.</summary>
    /// <param name="input">(…, width).</param>
    /// <param name="gain">(width).</param>
    /// <param name="shift">(width) or <see langword="null"/>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static torch.Tensor WrittenOut(torch.Tensor input, torch.Tensor gain, torch.Tensor? shift, double epsilon = 1e-5)
    {
        using var scope = torch.NewDisposeScope();
        var mean = input.mean([-1], keepdim: true);
        var centred = input - mean;
        var variance = (centred * centred).mean([-1], keepdim: true);
        var output = centred / (variance + epsilon).sqrt() * gain;
        return (shift is null ? output : output + shift).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <param name="input">(…, width).</param>
    /// <returns>The same shape.</returns>
    public override torch.Tensor forward(torch.Tensor input) =>
        // The meta device, which computes shapes without numbers, knows the small steps only.
        input.device_type == DeviceType.META
            ? WrittenOut(input, weight, bias, epsilon)
            : torch.nn.functional.layer_norm(input, shape, weight, bias, epsilon);
}
