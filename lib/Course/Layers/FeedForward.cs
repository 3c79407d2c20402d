using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The part of a block in which each position thinks for itself: widen, bend, narrow (Vaswani et al. 2017, section 3.3).
/// </summary>
public sealed class FeedForward : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear widen;
    private readonly Linear narrow;
    private readonly Activation activation;

    /// <summary>Makes the two linear layers.</summary>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="hidden">Numbers between the two layers; usually four times the width.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="activation">The bend between the layers.</param>
    /// <param name="bias">Whether the layers have a bias.</param>
    /// <param name="residualScale">Factor on the second layer's initial weights: <see cref="Initialization.ResidualScale"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public FeedForward(
        int width,
        int hidden,
        Initialization init,
        Activation activation = Activation.Gelu,
        bool bias = true,
        double residualScale = 1)
        : base(nameof(FeedForward))
    {
        this.activation = activation;
        widen = new Linear(width, hidden, init, bias);
        narrow = new Linear(hidden, width, init, bias, residualScale);
        RegisterComponents();
    }

    /// <summary>The first layer: weight (hidden, width).</summary>
    public Linear Widen => widen;

    /// <summary>The second layer: weight (width, hidden).</summary>
    public Linear Narrow => narrow;

    /// <inheritdoc/>
    /// <param name="input">(…, width).</param>
    /// <returns>The same shape.</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var wide = widen.forward(input); // (…, hidden)
        using var bent = activation.Apply(wide);
        return narrow.forward(bent);
    }
}
