namespace Course.Notebooks.Kernels;

/// <summary>
/// The language boundary: all that the transport (the Jupyter protocol) needs of a language. One session
/// holds the variables of one notebook; code is submitted one piece after another, never two at once.
/// </summary>
public interface ILanguageSession : IAsyncDisposable
{
    /// <summary>Runs one cell.</summary>
    /// <param name="code">The cell's source, directives included.</param>
    /// <param name="output">Receives what the code shows while it runs.</param>
    /// <param name="input">
    /// Answers what the code asks (<c>Console.ReadLine</c>, for example). Without it such calls fail at once, so that a notebook
    /// executed with nobody watching never hangs.
    /// </param>
    /// <param name="cancellationToken">Interrupts the code; the variables set so far stay.</param>
    /// <returns>The result, or the error; errors of the code are never thrown.</returns>
    Task<ExecutionReply> ExecuteAsync(
        string code, IKernelOutput output, IKernelInput? input, CancellationToken cancellationToken = default);

    /// <summary>Runs one cell with nobody there to answer questions.</summary>
    Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output, CancellationToken cancellationToken = default) =>
        ExecuteAsync(code, output, input: null, cancellationToken);

    /// <summary>
    /// What could be typed at a place. It executes nothing and can be called while a cell runs, whose declarations it knows
    /// already.
    /// </summary>
    /// <param name="code">The whole cell.</param>
    /// <param name="position">The cursor, in UTF-16 code units from the start of the code; beyond the end means the end.</param>
    /// <param name="cancellationToken">Gives the search up.</param>
    Task<CompletionReply> CompleteAsync(string code, int position, CancellationToken cancellationToken = default) =>
        Task.FromResult(CompletionReply.Nothing(Math.Clamp(position, 0, code.Length)));

    /// <summary>What the name at a place means, with its documentation; like <see cref="CompleteAsync"/> while a cell runs.</summary>
    /// <param name="code">The whole cell.</param>
    /// <param name="position">The cursor, in UTF-16 code units from the start of the code; beyond the end means the end.</param>
    /// <param name="detail">How much to say.</param>
    /// <param name="cancellationToken">Gives the search up.</param>
    /// <returns><see langword="null"/> when nothing there has a meaning.</returns>
    Task<InspectionReply?> InspectAsync(
        string code, int position, InspectionDetail detail, CancellationToken cancellationToken = default) =>
        Task.FromResult<InspectionReply?>(null);

    /// <summary>Whether code could be run as it stands, or lacks its end. It looks at the syntax only.</summary>
    Task<CompletenessReply> IsCompleteAsync(string code, CancellationToken cancellationToken = default) =>
        Task.FromResult(new CompletenessReply(Completeness.Unknown, ""));

    /// <summary>Passes on everything the code has written so far; called when the code itself ends the process.</summary>
    Task FlushOutputAsync() => Task.CompletedTask;
}
