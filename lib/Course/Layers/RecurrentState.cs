using TorchSharp;

namespace Course.Layers;

/// <summary>What a recurrent layer remembers of everything it has read.</summary>
/// <param name="Hidden">What it shows: (batch, hidden).</param>
/// <param name="Memory">What it keeps to itself, the cell state of an LSTM: (batch, hidden); <see langword="null"/> for other cells.</param>
public sealed record RecurrentState(torch.Tensor Hidden, torch.Tensor? Memory = null)
{
    /// <summary>Takes the new state for some rows of the batch and keeps this one for the others.</summary>
    /// <param name="next">The new state.</param>
    /// <param name="isReal">(batch, 1), bool: true for rows that take the new state.</param>
    internal RecurrentState Where(RecurrentState next, torch.Tensor isReal) => new(
        torch.where(isReal, next.Hidden, Hidden),
        Memory is null ? null : torch.where(isReal, next.Memory!, Memory));

    internal RecurrentState MoveToOuterDisposeScope()
    {
        Hidden.MoveToOuterDisposeScope();
        Memory?.MoveToOuterDisposeScope();
        return this;
    }
}
