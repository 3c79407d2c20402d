using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// A kernel as the executor sees it: something in another process that runs code
/// (<see cref="Jupyter.Client.JupyterKernelClient"/>).
/// </summary>
public interface IKernelClient : IAsyncDisposable
{
    /// <summary>Starts the kernel and waits until it can run code.</summary>
    /// <exception cref="KernelDiedException">It did not start.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Runs code. Output may also arrive after the end, from threads the code left behind.</summary>
    /// <param name="code">The source of a cell.</param>
    /// <param name="output">Receives what the code shows, in order; called on a thread of the client.</param>
    /// <returns>The result or the code's error.</returns>
    /// <exception cref="KernelDiedException">The kernel ended while the code ran.</exception>
    Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output);

    /// <summary>Asks the running code to stop; <see cref="ExecuteAsync"/> then ends with an error, unless the code resists.</summary>
    Task InterruptAsync();

    /// <summary>Ends the kernel and all processes it started, at once.</summary>
    Task KillAsync();
}
