using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting;

/// <summary>Ends a cell, also through an importing one, with an error that is already described for people.</summary>
/// <param name="error">The description.</param>
internal sealed class CellFailedException(KernelError error) : Exception(error.Value)
{
    /// <summary>The description.</summary>
    public KernelError Error => error;

    /// <summary>The same error, with a further place it passed through on its way up.</summary>
    public CellFailedException Through(SourceDocument document, int line) =>
        new(error with { Traceback = [.. error.Traceback, "   in " + document.Describe(line)], Line = line });
}
