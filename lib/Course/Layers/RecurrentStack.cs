using TorchSharp;

namespace Course.Layers;

/// <summary>Recurrent layers one above the other: each reads what the one below shows.</summary>
public sealed class RecurrentStack : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly TorchSharp.Modules.ModuleList<RecurrentCell> cells;
    private readonly double dropout;

    /// <summary>Makes the layers.</summary>
    /// <param name="kind">Their kind.</param>
    /// <param name="inputSize">Numbers in an input vector.</param>
    /// <param name="hiddenSize">Numbers in the state of each layer.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="dropout">The share of numbers set to zero, between two layers, while training.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RecurrentStack(
        RecurrentKind kind, int inputSize, int hiddenSize, int layers, Initialization init, double dropout = 0)
        : base(nameof(RecurrentStack))
    {
        Size.Positive(layers);
        Dropout.CheckRate(dropout);
        this.dropout = dropout;
        cells = [.. Enumerable.Range(0, layers)
            .Select(layer => RecurrentCell.Create(kind, layer == 0 ? inputSize : hiddenSize, hiddenSize, init))];
        RegisterComponents();
    }

    /// <summary>The layers, lowest first.</summary>
    public IReadOnlyList<RecurrentCell> Cells => [.. cells];

    /// <inheritdoc/>
    /// <param name="input">(batch, time, input).</param>
    /// <returns>What the highest layer shows, (batch, time, hidden).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Run(input).Outputs.MoveToOuterDisposeScope();
    }

    /// <summary>Reads a text, or the continuation of one.</summary>
    /// <param name="input">(batch, time, input).</param>
    /// <param name="states">The state of each layer before the first position; zeros when left out.</param>
    /// <param name="isReal">(batch, time), bool: false for padding, at which nothing changes; <see langword="null"/> for none.</param>
    /// <returns>What the highest layer shows, (batch, time, hidden), and the state of each layer after the last position.</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public (torch.Tensor Outputs, IReadOnlyList<RecurrentState> Last) Run(
        torch.Tensor input, IReadOnlyList<RecurrentState>? states = null, torch.Tensor? isReal = null)
    {
        if (states is not null && states.Count != cells.Count)
        {
            throw new ArgumentException($"There are {cells.Count} layers, but {states.Count} states.", nameof(states));
        }

        using var scope = torch.NewDisposeScope();
        var last = new RecurrentState[cells.Count];
        var signal = input;
        for (var layer = 0; layer < last.Length; layer++)
        {
            var below = layer == 0 ? signal : Dropout.Apply(signal, dropout, training);
            (signal, last[layer]) = cells[layer].Run(below, states?[layer], isReal);
            last[layer].MoveToOuterDisposeScope();
        }

        return (signal.MoveToOuterDisposeScope(), last);
    }
}
