using System.ComponentModel;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Where running code looks whether it is to stop. The compiler of cells puts a call of <see cref="Check"/> at the head of every
/// loop and method a cell contains (<see cref="Interruptible"/>).
/// </summary>
public static class Interruption
{
    private static volatile int requests;

    /// <summary>Ends the calling cell if it has been interrupted. Costs about a nanosecond otherwise.</summary>
    /// <exception cref="OperationCanceledException">The cell has been interrupted.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Check()
    {
        if (requests != 0)
        {
            CellContext.Current?.Interrupted.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Makes <see cref="Check"/> look closer until <see cref="End"/>.</summary>
    internal static void Begin() => Interlocked.Increment(ref requests);

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    internal static void End() => Interlocked.Decrement(ref requests);
}
