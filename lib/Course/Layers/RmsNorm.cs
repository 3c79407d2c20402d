using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>
/// Divides each vector by the root of its mean square: y = x/√(mean(x²) + ε) · g (Zhang and Sennrich 2019, equation 4). Unlike
/// <see cref="LayerNorm"/> it subtracts no mean and adds no shift, which turns out not to be missed.
/// </summary>
public sealed class RmsNorm : Norm
{
    private readonly Parameter weight;
    private readonly double epsilon;

    /// <summary>Starts with gain 1.</summary>
    /// <param name="width">Numbers in a vector.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="epsilon">Added to the mean square so that a zero vector divides by no zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1 or epsilon not positive.</exception>
    public RmsNorm(long width, Initialization init, double epsilon = 1e-5)
        : base(nameof(RmsNorm))
    {
        weight = init.Ones(Size.Positive(width));
        this.epsilon = CheckEpsilon(epsilon);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Parameter Weight => weight;

    /// <inheritdoc/>
    public override Parameter? Bias => null;

    /// <inheritdoc/>
    /// <param name="input">(…, width).</param>
    /// <returns>The same shape.</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var meanSquare = (input * input).mean([-1], keepdim: true); // (…, 1)
        return (input * (meanSquare + epsilon).rsqrt() * weight).MoveToOuterDisposeScope();
    }
}
