using TorchSharp;

namespace Course.Layers;

/// <summary>The kinds of recurrent layers.</summary>
public enum RecurrentKind
{
    /// <summary>The plain recurrent network: <see cref="RnnCell"/>.</summary>
    Rnn,

    /// <summary>Long short-term memory: <see cref="LstmCell"/>.</summary>
    Lstm,

    /// <summary>The gated recurrent unit: <see cref="GruCell"/>.</summary>
    Gru,
}

/// <summary>
/// A layer that reads a text one position after the other and carries a state along. The same weights serve every step.
/// </summary>
/// <remarks>
/// Each cell exists twice. <see cref="Step"/> is the formula of the textbook, one position at a time. <see cref="Run"/> gives the same
/// numbers sooner: what the inputs contribute does not depend on the state, so it is computed for all positions in one large product,
/// and only the state's own part is left to do step by step.
/// <para>
/// The rows of the weights are ordered as in PyTorch, so weights can be copied. Both products have a bias; for all but the GRU one
/// would do.
/// </para>
/// </remarks>
public abstract class RecurrentCell : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear inputs;
    private readonly Linear hidden;

    /// <summary>Makes the two linear layers, with weights of standard deviation 1/√(3·hidden).</summary>
    /// <param name="name">The cell's kind.</param>
    /// <param name="gates">How many vectors of the hidden size a step computes.</param>
    /// <param name="inputSize">Numbers in an input vector.</param>
    /// <param name="hiddenSize">Numbers in the state.</param>
    /// <param name="init">Makes the parameters.</param>
    private protected RecurrentCell(string name, int gates, int inputSize, int hiddenSize, Initialization init)
        : base(name)
    {
        InputSize = (int)Size.Positive(inputSize);
        HiddenSize = (int)Size.Positive(hiddenSize);
        // The spread of the customary uniform distribution between ±1/√hidden.
        var spread = 1 / Math.Sqrt(3.0 * hiddenSize);
        var rows = (long)gates * hiddenSize;
        inputs = new Linear(init.Normal(spread, [rows, inputSize]), init.Zeros(rows));
        hidden = new Linear(init.Normal(spread, [rows, hiddenSize]), init.Zeros(rows));
    }

    /// <summary>Numbers in an input vector.</summary>
    public int InputSize { get; }

    /// <summary>Numbers in the state.</summary>
    public int HiddenSize { get; }

    /// <summary>What the input contributes: weight (gates·hidden, input).</summary>
    public Linear Inputs => inputs;

    /// <summary>What the state contributes: weight (gates·hidden, hidden).</summary>
    public Linear Hidden => hidden;

    /// <summary>Makes a cell of a kind.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="inputSize">Numbers in an input vector.</param>
    /// <param name="hiddenSize">Numbers in the state.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the kind unknown.</exception>
    public static RecurrentCell Create(RecurrentKind kind, int inputSize, int hiddenSize, Initialization init) => kind switch
    {
        RecurrentKind.Rnn => new RnnCell(inputSize, hiddenSize, init),
        RecurrentKind.Lstm => new LstmCell(inputSize, hiddenSize, init),
        RecurrentKind.Gru => new GruCell(inputSize, hiddenSize, init),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of recurrent cell."),
    };

    /// <summary>The state before anything was read: zeros.</summary>
    /// <param name="batch">Rows in the batch.</param>
    public virtual RecurrentState Start(long batch) => new(ZeroState(batch));

    /// <summary>One step, as the formula reads.</summary>
    /// <param name="input">(batch, input).</param>
    /// <param name="state">The state before.</param>
    /// <returns>The state after.</returns>
    public RecurrentState Step(torch.Tensor input, RecurrentState state)
    {
        using var scope = torch.NewDisposeScope();
        return Advance(inputs.forward(input), state).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <param name="input">(batch, time, input).</param>
    /// <returns>The hidden state after every position, (batch, time, hidden).</returns>
    public override torch.Tensor forward(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Run(input).Outputs.MoveToOuterDisposeScope();
    }

    /// <summary>Reads a whole text, fast: the inputs' part of all steps is one product.</summary>
    /// <param name="input">(batch, time, input).</param>
    /// <param name="state">The state before the first position; zeros when left out.</param>
    /// <param name="isReal">(batch, time), bool: at padding (false) the state stays as it is; <see langword="null"/> for none.</param>
    /// <returns>The hidden state after every position, (batch, time, hidden), and the whole state after the last.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public (torch.Tensor Outputs, RecurrentState Last) Run(
        torch.Tensor input, RecurrentState? state = null, torch.Tensor? isReal = null)
    {
        Check(input);
        using var scope = torch.NewDisposeScope();
        // Time first: each step then reads one contiguous piece.
        var contributions = inputs.forward(input.transpose(0, 1).contiguous()).unbind(0); // time × (batch, gates·hidden)
        return Walk(contributions, Advance, state ?? Start(input.shape[0]), isReal);
    }

    /// <summary>The same, step by step. For reading and for checking.</summary>
    /// <param name="input">(batch, time, input).</param>
    /// <param name="state">The state before the first position; zeros when left out.</param>
    /// <param name="isReal">(batch, time), bool: at padding (false) the state stays as it is; <see langword="null"/> for none.</param>
    /// <returns>The hidden state after every position, (batch, time, hidden), and the whole state after the last.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public (torch.Tensor Outputs, RecurrentState Last) RunStepByStep(
        torch.Tensor input, RecurrentState? state = null, torch.Tensor? isReal = null)
    {
        Check(input);
        using var scope = torch.NewDisposeScope();
        return Walk(input.unbind(1), Step, state ?? Start(input.shape[0]), isReal);
    }

    /// <summary>The heart of a cell: one step, given what the input contributes.</summary>
    /// <param name="contribution">The input's part: (batch, gates·hidden).</param>
    /// <param name="state">The state before.</param>
    /// <returns>The state after. What is made on the way belongs to the caller's scope.</returns>
    private protected abstract RecurrentState Advance(torch.Tensor contribution, RecurrentState state);

    /// <summary>A state of zeros: (batch, hidden).</summary>
    private protected torch.Tensor ZeroState(long batch) =>
        torch.zeros([Size.Positive(batch), HiddenSize], hidden.Weight.dtype, device: hidden.Weight.device);

    private static (torch.Tensor Outputs, RecurrentState Last) Walk(
        torch.Tensor[] steps, Func<torch.Tensor, RecurrentState, RecurrentState> advance, RecurrentState state, torch.Tensor? isReal)
    {
        var outputs = new torch.Tensor[steps.Length];
        for (var t = 0; t < steps.Length; t++)
        {
            var next = advance(steps[t], state);
            state = isReal is null ? next : state.Where(next, isReal.narrow(1, t, 1));
            outputs[t] = state.Hidden;
        }

        return (torch.stack(outputs, 1).MoveToOuterDisposeScope(), state.MoveToOuterDisposeScope());
    }

    private void Check(torch.Tensor input)
    {
        if (input.dim() != 3 || input.shape[2] != InputSize || input.shape[1] == 0)
        {
            throw new ArgumentException(
                $"The input must have the shape (batch, time, {InputSize}) with at least one position; it is "
                + $"({string.Join(", ", input.shape)}).", nameof(input));
        }
    }
}
