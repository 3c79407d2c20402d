using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The part of a block in which each position thinks for itself: widen, bend, narrow (Vaswani et al. 2017, section 3.3). With a gate,
/// a second wide vector, bent, decides number by number how much of the first passes: narrow(act(gate(x)) · widen(x)). With
/// <see cref="Activation.Silu"/> that is SwiGLU, Llama's choice (Shazeer 2020, equation 6).
/// </summary>
/// <remarks>Llama's files call the layers gate_proj (or w1), up_proj (w3) and down_proj (w2): gate, widen and narrow here.</remarks>
public sealed class FeedForward : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear? gate;
    private readonly Linear widen;
    private readonly Linear narrow;
    private readonly Activation activation;

    /// <summary>Makes the linear layers.</summary>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="hidden">Numbers in the wide vector; usually four times the width, or with a gate 8/3 times.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="activation">The bend.</param>
    /// <param name="bias">Whether the layers have a bias.</param>
    /// <param name="residualScale">Factor on the initial weights that write to the stream: <see cref="Initialization.ResidualScale"/>.</param>
    /// <param name="gated">Whether there is a gate.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public FeedForward(
        int width,
        int hidden,
        Initialization init,
        Activation activation = Activation.Gelu,
        bool bias = true,
        double residualScale = 1,
        bool gated = false)
        : base(nameof(FeedForward))
    {
        this.activation = activation;
        gate = gated ? new Linear(width, hidden, init, bias) : null;
        widen = new Linear(width, hidden, init, bias);
        narrow = new Linear(hidden, width, init, bias, residualScale);
        RegisterComponents();
    }

    /// <summary>The layer that decides how much passes, if there is one: weight (hidden, width).</summary>
    public Linear? Gate => gate;

    /// <summary>The layer that widens: weight (hidden, width).</summary>
    public Linear Widen => widen;

    /// <summary>The layer that narrows: weight (width, hidden).</summary>
    public Linear Narrow => narrow;

    /// <inheritdoc/>
    /// <param name="input">(…, width).</param>
    /// <returns>The same shape.</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var wide = widen.forward(input); // (…, hidden)
        if (gate is null)
        {
            using var bent = activation.Apply(wide);
            return narrow.forward(bent);
        }

        using var opening = gate.forward(input); // (…, hidden)
        using var share = activation.Apply(opening);
        using var passed = share * wide;
        return narrow.forward(passed);
    }
}
