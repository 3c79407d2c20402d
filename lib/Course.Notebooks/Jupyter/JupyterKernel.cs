using System.Runtime.InteropServices;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter.Server;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;
using NetMQ;

namespace Course.Notebooks.Jupyter;

/// <summary>
/// Makes the calling process a Jupyter kernel. A client (VS Code, JupyterLab, <c>nbconvert</c>, this engine's own executor) starts
/// the process and passes it a connection file.
/// </summary>
public static class JupyterKernel
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private static int closing;

    /// <summary>Serves clients until one asks for the end, or the program that started the kernel is gone.</summary>
    /// <param name="connection">Where clients connect.</param>
    /// <param name="description">What the kernel says about itself.</param>
    /// <param name="createSession">Makes the session, ready to run code; called once, while the ports are being opened.</param>
    /// <returns>The exit code: 0, or 1 with a reason on standard error.</returns>
    /// <remarks>
    /// To be called once in a process: it takes over the process's signals and its end. SIGINT interrupts the running cell,
    /// SIGTERM ends the kernel.
    /// </remarks>
    public static async Task<int> RunAsync(
        ConnectionInfo connection, KernelDescription description, Func<Task<ILanguageSession>> createSession)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(createSession);
        ProcessGroup.Detach();
        ParentWatch.Start(ProcessGroup.KillSelf);

        // The console of the process, before a session sends it to its cells.
        var log = new KernelLog(Console.Error);
        var starting = Task.Run(createSession);
        KernelServer server;
        try
        {
            server = new KernelServer(connection, description, starting, log.Write);
        }
        catch (NetMQException e)
        {
            // In the words by which clients know that another try with other ports helps; the exception has none of its own.
            var reason = e is AddressAlreadyInUseException ? "address already in use" : e.Message;
            log.Write($"The ports of the connection file cannot be opened: {reason}");
            return 1;
        }
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle(server.Interrupt));
        using var terminations = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle(server.Stop));
        // Code that calls Environment.Exit still gets its earlier output delivered.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Close(server, starting);
        var serving = server.RunAsync();
        try
        {
            await starting.ConfigureAwait(false);
            await serving.ConfigureAwait(false);
            return 0;
        }
        catch (Exception e)
        {
            log.Write($"The kernel cannot run code: {e}");
            return 1;
        }
        finally
        {
            Close(server, starting);
        }
    }

    private static void Close(KernelServer server, Task<ILanguageSession> starting)
    {
        if (Interlocked.Exchange(ref closing, 1) == 1)
        {
            return;
        }
        if (starting.IsCompletedSuccessfully)
        {
            starting.Result.FlushOutputAsync().Wait(FlushTimeout);
        }
        server.Close();
        NetMQConfig.Cleanup(block: true);
    }

    private static Action<PosixSignalContext> Handle(Action action) => context =>
    {
        context.Cancel = true;
        action();
    };
}
