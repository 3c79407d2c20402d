namespace Course.Notebooks.Kernels;

/// <summary>
/// The language boundary: all that a transport (the executor's pipe, the Jupyter protocol) needs of a language. One session
/// holds the variables of one notebook; code is submitted one piece after another, never two at once.
/// </summary>
public interface ILanguageSession : IAsyncDisposable
{
    /// <summary>Runs one cell.</summary>
    /// <param name="code">The cell's source, directives included.</param>
    /// <param name="output">Receives what the code shows while it runs.</param>
    /// <param name="cancellationToken">Interrupts the code; the variables set so far stay.</param>
    /// <returns>The result, or the error; errors of the code are never thrown.</returns>
    Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output, CancellationToken cancellationToken = default);

    /// <summary>Passes on everything the code has written so far; called when the code itself ends the process.</summary>
    Task FlushOutputAsync() => Task.CompletedTask;
}
