using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>A linear layer: y = x Wᵀ + b. Every output is a weighted sum of all inputs.</summary>
public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    // The names of the fields are the names in a weights file.
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>Wraps parameters made by an <see cref="Initialization"/>; the bias starts at 0.</summary>
    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or <see langword="null"/> for none.</param>
    public Linear(Parameter weight, Parameter? bias)
        : base(nameof(Linear))
    {
        this.weight = weight;
        this.bias = bias;
        RegisterComponents();
    }

    /// <summary>A layer with normal weights.</summary>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="bias">Whether a bias, starting at 0, is added.</param>
    /// <param name="scale">Factor on the initial weights, such as <see cref="Initialization.ResidualScale"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Linear(long inputs, long outputs, Initialization init, bool bias = true, double scale = 1)
        : this(
            init.Normal(init.StandardDeviation * scale, [Size.Positive(outputs), Size.Positive(inputs)]),
            bias ? init.Zeros(outputs) : null)
    {
    }

    /// <summary>The weights W: (outputs, inputs).</summary>
    public Parameter Weight => weight;

    /// <summary>The bias b: (outputs), if there is one.</summary>
    public Parameter? Bias => bias;

    /// <summary>
    /// Something that is added to the layer's result, computed from the same input: (…, inputs) to (…, outputs). It is how an adapter
    /// such as LoRA corrects a layer without touching its weights; <see langword="null"/> for nothing.
    /// </summary>
    public Func<torch.Tensor, torch.Tensor>? Addition { get; set; }

    /// <inheritdoc/>
    /// <param name="input">(…, inputs).</param>
    /// <returns>(…, outputs).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        if (Addition is null)
        {
            return MixedPrecision.Linear(input, weight, bias);
        }

        using var own = MixedPrecision.Linear(input, weight, bias);
        using var added = Addition(input);
        return own + added;
    }
}
