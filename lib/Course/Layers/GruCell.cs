using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The gated recurrent unit (Cho et al. 2014), a slimmer LSTM without a memory of its own: the state itself moves between staying as
/// it is and becoming a candidate n, h' = z·h + (1 − z)·n. A second gate r decides how much of the old state the candidate sees.
/// </summary>
/// <remarks>r is applied after the state's product, U h, as PyTorch and cuDNN do; the paper applies it before.</remarks>
public sealed class GruCell : RecurrentCell
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">Numbers in an input vector.</param>
    /// <param name="hiddenSize">Numbers in the state.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GruCell(int inputSize, int hiddenSize, Initialization init)
        : base(nameof(GruCell), gates: 3, inputSize, hiddenSize, init) => RegisterComponents();

    private protected override RecurrentState Advance(torch.Tensor contribution, RecurrentState state)
    {
        var fromInput = contribution.chunk(3, -1); // 3 × (batch, hidden)
        var fromState = Hidden.forward(state.Hidden).chunk(3, -1);
        var reset = (fromInput[0] + fromState[0]).sigmoid();
        var stay = (fromInput[1] + fromState[1]).sigmoid();
        var candidate = (fromInput[2] + (reset * fromState[2])).tanh();
        return new RecurrentState((stay * state.Hidden) + ((1 - stay) * candidate));
    }
}
