using TorchSharp;

namespace Course.Layers;

/// <summary>
/// The plain recurrent network (Elman 1990): h' = tanh(W x + U h + b). Every step multiplies the gradient by U and by tanh's slope, so
/// over many steps it vanishes, or explodes (Bengio, Simard and Frasconi 1994).
/// </summary>
public sealed class RnnCell : RecurrentCell
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">Numbers in an input vector.</param>
    /// <param name="hiddenSize">Numbers in the state.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public RnnCell(int inputSize, int hiddenSize, Initialization init)
        : base(nameof(RnnCell), gates: 1, inputSize, hiddenSize, init) => RegisterComponents();

    private protected override RecurrentState Advance(torch.Tensor contribution, RecurrentState state) =>
        new((contribution + Hidden.forward(state.Hidden)).tanh());
}
