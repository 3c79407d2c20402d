using System.Collections.Concurrent;
using System.Globalization;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Client;

/// <summary>Answers a question that running code asks the person.</summary>
/// <param name="prompt">The question.</param>
/// <param name="password">Whether the answer should not be seen while it is typed.</param>
public delegate Task<string> InputHandler(string prompt, bool password);

/// <summary>
/// A Jupyter kernel in a process of its own, reached over the Jupyter protocol (jupyter-client.readthedocs.io, "Messaging in
/// Jupyter"): any kernel that is installed, the course's own among them.
/// </summary>
/// <param name="launch">How to start the process.</param>
/// <param name="input">Answers questions of the code; without one, code that asks fails at once.</param>
public sealed class JupyterKernelClient(KernelLaunch launch, InputHandler? input = null) : IKernelClient
{
    /// <summary>No cell's source is longer: a character takes at most 6 bytes in a message.</summary>
    public const int MaxCodeLength = MessageCodec.MaxMessageBytes / 6 - 10_000;

    // Another program may take one of the ports between the choice and the kernel's start.
    private const int StartAttempts = 3;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, CellExecution> executions = new();
    private Running? running;

    /// <summary>How long the kernel may be silent after a cell's reply, or after its <c>idle</c>, until the other is given up.</summary>
    internal TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the kernel has to end by itself when it is asked to; then its process is killed.</summary>
    internal TimeSpan ShutdownPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The process's identifier.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public int ProcessId => Started.Process.Id;

    private Running Started => running ?? throw new InvalidOperationException("The kernel was not started.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartOnceAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (KernelDiedException e) when (attempt < StartAttempts
                && e.Exit.Output.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
            {
                await DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output)
    {
        var kernel = Started;
        if (code.Length > MaxCodeLength)
        {
            var message = string.Create(CultureInfo.InvariantCulture,
                $"A cell of {code.Length:N0} characters is over the limit of {MaxCodeLength:N0}.");
            return new ExecutionReply(null, new KernelError("CellTooLarge", message, [message]));
        }
        // Nothing waits behind a cell here, so nothing has to be aborted when it fails.
        var request = kernel.Request(new ExecuteRequest(code, StoreHistory: true, AllowStdin: input is not null, StopOnError: false));
        var execution = new CellExecution(output);
        executions[request.Header.MsgId] = execution;
        kernel.Connection.Shell.Send(request);

        var first = await Task.WhenAny(execution.Replied, execution.Idle, kernel.Died).ConfigureAwait(false);
        if (first != kernel.Died)
        {
            await EndAsync(kernel, execution).ConfigureAwait(false);
        }
        return execution.Replied.IsCompleted ? execution.ToReply()
            : kernel.Died.IsCompleted ? throw new KernelDiedException(await kernel.Died.ConfigureAwait(false))
            : NoReply(kernel);
    }

    /// <inheritdoc/>
    public Task InterruptAsync()
    {
        if (running is { } kernel)
        {
            if (launch.InterruptMode == InterruptMode.Message)
            {
                kernel.Connection.Control.Send(kernel.Request(new InterruptRequest()));
            }
            else
            {
                kernel.Process.Interrupt();
            }
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task KillAsync() => running?.Process.KillAsync() ?? Task.CompletedTask;

    /// <summary>Asks the kernel to end, waits a moment, and then ends it and everything it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (running is not { } kernel)
        {
            return;
        }
        running = null;
        if (!kernel.Process.Exited.IsCompleted)
        {
            kernel.Connection.Control.Send(kernel.Request(new ShutdownRequest()));
            await kernel.Process.HasExitedAsync(ShutdownPatience).ConfigureAwait(false);
        }
        await kernel.Process.KillAsync().ConfigureAwait(false);
        await kernel.Died.ConfigureAwait(false);
        kernel.Connection.Dispose();
        kernel.Process.Dispose();
    }

    private async Task StartOnceAsync(CancellationToken cancellationToken)
    {
        var process = new KernelProcess(launch);
        var kernel = running = new Running(process, new KernelConnection(process.Connection));
        kernel.Connection.Shell.Received += message => Take(kernel, message, reply => Find(reply)?.Reply(reply));
        kernel.Connection.Iopub.Received += message => Take(kernel, message, shown => Find(shown)?.Show(shown));
        kernel.Connection.Stdin.Received += message => Take(kernel, message, question => AnswerAsync(kernel, question));
        kernel.Died = WaitForEndAsync(kernel);
        kernel.Connection.Start();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(launch.StartTimeout);
        try
        {
            await ReadyAsync(kernel, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await process.KillAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new KernelDiedException(await process.ExitAsync(NotReady(kernel)).ConfigureAwait(false));
        }
    }

    // A kernel that has replied can run code. What it publishes arrives only once the subscription has reached it: kernels of
    // protocol 5.4 say so (iopub_welcome), others are asked again until something is heard.
    private static async Task ReadyAsync(Running kernel, CancellationToken cancellationToken)
    {
        var replied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        kernel.Connection.Shell.Received += message => _ = message.Content is KernelInfoReply && replied.TrySetResult();
        kernel.Connection.Iopub.Received += _ => heard.TrySetResult();
        kernel.Connection.Shell.Send(kernel.Request(new KernelInfoRequest()));
        await AliveAsync(kernel, replied.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        while (!heard.Task.IsCompleted)
        {
            await AliveAsync(kernel, Task.WhenAny(heard.Task, Task.Delay(ProbeInterval, cancellationToken))).WaitAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!heard.Task.IsCompleted)
            {
                kernel.Connection.Shell.Send(kernel.Request(new KernelInfoRequest()));
            }
        }
    }

    private static async Task AliveAsync(Running kernel, Task task)
    {
        if (await Task.WhenAny(task, kernel.Died).ConfigureAwait(false) == kernel.Died)
        {
            var exit = await kernel.Died.ConfigureAwait(false);
            throw new KernelDiedException(exit with { Problem = exit.Problem ?? "The kernel process ended before it answered." });
        }
    }

    private string NotReady(Running kernel)
    {
        var seconds = launch.StartTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        var refused = kernel.Connection.Refusals is { } refusals ? " " + refusals : "";
        return $"The kernel process did not answer within {seconds} s"
            + (kernel.Connection.IsAlive ? "; it listens, but is not ready to run code." : ".") + refused;
    }

    // The reply and the idle message overtake each other at times, and with much output between them one comes late. As long
    // as anything arrives, there is no reason to give up.
    private async Task EndAsync(Running kernel, CellExecution execution)
    {
        var both = Task.WhenAll(execution.Replied, execution.Idle);
        int before;
        do
        {
            before = kernel.Connection.Received;
            await Task.WhenAny(both, kernel.Died, Task.Delay(EndPatience)).ConfigureAwait(false);
        }
        while (!both.IsCompleted && !kernel.Died.IsCompleted && before != kernel.Connection.Received);
    }

    private static ExecutionReply NoReply(Running kernel)
    {
        var message = "The kernel is idle again, but sent no reply. " + kernel.Connection.Refusals;
        return new ExecutionReply(null, new KernelError("NoReply", message.TrimEnd(), [message.TrimEnd()]));
    }

    private static async Task<KernelExit> WaitForEndAsync(Running kernel)
    {
        await kernel.Process.Exited.ConfigureAwait(false);
        // What the process sent in its last moments may still be on its way through the sockets.
        await kernel.Connection.SettleAsync(LastWords, LastWordsPatience).ConfigureAwait(false);
        return await kernel.Process.ExitAsync(kernel.Problem).ConfigureAwait(false);
    }

    private CellExecution? Find(JupyterMessage message) =>
        message.Parent is { } parent ? executions.GetValueOrDefault(parent.MsgId) : null;

    private static void Take(Running kernel, JupyterMessage message, Action<JupyterMessage> action)
    {
        try
        {
            action(message);
        }
        catch (Exception e)
        {
            // An output that cannot be taken must end the run with its reason, not leave it waiting.
            kernel.Problem = $"The executor could not take the kernel's output: {e.Message}";
            _ = kernel.Process.KillAsync();
        }
    }

    private async void AnswerAsync(Running kernel, JupyterMessage message)
    {
        if (message.Content is not InputRequestMessage question)
        {
            return;
        }
        string answer;
        try
        {
            answer = input is null ? "" : await Task.Run(() => input(question.Prompt, question.Password)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            kernel.Problem = $"The code's question '{question.Prompt}' could not be answered: {e.Message}";
            await kernel.Process.KillAsync().ConfigureAwait(false);
            return;
        }
        kernel.Connection.Stdin.Send(kernel.Request(new InputReply(answer)) with { Parent = message.Header });
    }

    /// <summary>A started kernel.</summary>
    private sealed record Running(KernelProcess Process, KernelConnection Connection)
    {
        /// <summary>Completes with the process's end.</summary>
        public Task<KernelExit> Died { get; set; } = null!;

        /// <summary>Why the executor ended the process, where it did for a reason of its own.</summary>
        public string? Problem { get; set; }

        public JupyterMessage Request(MessageContent content) => JupyterMessage.Create(content, Connection.Session);
    }
}
