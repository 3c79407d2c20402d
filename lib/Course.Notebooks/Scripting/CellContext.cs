using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting;

/// <summary>
/// What belongs to one running cell: its output and its source of input. It flows with the execution context, so a task or a
/// thread the cell starts still knows its cell, also after a later cell has begun.
/// </summary>
internal sealed class CellContext(OrderedOutput output, IKernelInput? input)
{
    private static readonly AsyncLocal<CellContext?> Ambient = new();

    /// <summary>The cell the calling code belongs to, or <see langword="null"/> outside every cell.</summary>
    public static CellContext? Current => Ambient.Value;

    /// <summary>The cell the calling code belongs to.</summary>
    /// <exception cref="InvalidOperationException">The caller belongs to no cell.</exception>
    public static CellContext Required => Current
        ?? throw new InvalidOperationException("This works only in code that a notebook cell runs, and no cell is running here.");

    /// <summary>Where the cell's console text and displays go.</summary>
    public OrderedOutput Output => output;

    /// <summary>Cancelled when the cell is interrupted.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>Makes this the cell of the calling code and of everything it starts.</summary>
    public void Enter() => Ambient.Value = this;

    /// <summary>Asks the person in front of the notebook.</summary>
    /// <exception cref="InvalidOperationException">Nobody is there to answer.</exception>
    public async Task<string> AskAsync(InputRequest request)
    {
        if (input is null)
        {
            throw new InvalidOperationException(
                $"The cell asks for input{(request.Prompt.Length > 0 ? $" (\"{request.Prompt}\")" : "")}, but this notebook runs "
                + "without anyone to answer. Put the value into a variable, or run the notebook in an editor.");
        }
        // What the code wrote before asking is often the question itself.
        await Output.FlushAsync().WaitAsync(Interrupted).ConfigureAwait(false);
        return await input.AskAsync(request, Interrupted).ConfigureAwait(false);
    }
}
