using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000). Beside
/// what it shows, the cell keeps a memory c that a step changes by addition only: gates, numbers between 0 and 1, decide how much of
/// it is forgotten (f), how much is written (i) and how much is shown (o). Along c a gradient survives many steps.
/// </summary>
public sealed class LstmCell : RecurrentCell
{
    /// <summary>Makes the cell. The forget gate's bias starts at 1: remembering is the default (Jozefowicz et al. 2015).</summary>
    /// <param name="inputSize">Numbers in an input vector.</param>
    /// <param name="hiddenSize">Numbers in the state.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LstmCell(int inputSize, int hiddenSize, Initialization init)
        : base(nameof(LstmCell), gates: 4, inputSize, hiddenSize, init)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Inputs.Bias!.narrow(0, hiddenSize, hiddenSize).fill_(1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override RecurrentState Start(long batch) => new(ZeroState(batch), ZeroState(batch));

    private protected override RecurrentState Advance(torch.Tensor contribution, RecurrentState state)
    {
        var parts = (contribution + Hidden.forward(state.Hidden)).chunk(4, -1); // 4 × (batch, hidden)
        var write = parts[0].sigmoid();
        var keep = parts[1].sigmoid();
        var candidate = parts[2].tanh();
        var show = parts[3].sigmoid();
        var memory = (keep * state.Memory!) + (write * candidate);
        return new RecurrentState(show * memory.tanh(), memory);
    }
}
