using Course.Layers;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;

namespace Course.Alignment.FineTuning;

/// <summary>
/// The correction of one linear layer: ΔW = α/r · B A, two thin matrices instead of one large one (Hu et al. 2021, equation 3).
/// A starts at random and B at 0, so that the corrected layer starts as the layer itself.
/// </summary>
public sealed class LoraLayer : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Parameter down;
    private readonly Parameter up;
    private readonly double scale;
    private readonly double dropout;
    private readonly Func<bool> isTraining;
    private readonly Borrowed<Linear> target;

    internal LoraLayer(string name, Linear target, LoraOptions options, Initialization init, Func<bool> isTraining)
        : base(nameof(LoraLayer))
    {
        var (outputs, inputs) = (target.Weight.shape[0], target.Weight.shape[1]);
        if (options.Rank > Math.Min(inputs, outputs))
        {
            throw new ArgumentException(
                $"The rank {options.Rank} is larger than the layer '{name}' of {inputs} inputs and {outputs} outputs, which has at most "
                + $"rank {Math.Min(inputs, outputs)}: choose a smaller one.");
        }

        Name = name;
        this.target = new Borrowed<Linear>(target);
        (scale, dropout, this.isTraining) = (options.Scale, options.Dropout, isTraining);
        down = init.Normal(1 / Math.Sqrt(inputs), [options.Rank, inputs]);
        up = init.Zeros(outputs, options.Rank);
        RegisterComponents();
    }

    /// <summary>The corrected layer's name in its model.</summary>
    public string Name { get; }

    /// <summary>The corrected layer.</summary>
    public Linear Target => target.Value;

    /// <summary>A: (rank, inputs).</summary>
    public Parameter Down => down;

    /// <summary>B: (outputs, rank).</summary>
    public Parameter Up => up;

    /// <summary>The correction written out as one matrix, α/r · B A.</summary>
    /// <returns>(outputs, inputs).</returns>
    public torch.Tensor Delta()
    {
        using var product = up.matmul(down);
        return product * scale;
    }

    /// <inheritdoc/>
    /// <param name="input">(…, inputs).</param>
    /// <returns>What is added to the layer's result: (…, outputs).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var seen = Dropout.Apply(input, dropout, isTraining());
        var squeezed = MixedPrecision.Linear(seen, down);                                  // (…, rank)
        return (MixedPrecision.Linear(squeezed, up) * scale).MoveToOuterDisposeScope();
    }
}
