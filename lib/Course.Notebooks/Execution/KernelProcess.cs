using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// A kernel in a process of its own, reached over a named pipe (on Unix a socket) that only this user can open. Standard
/// output and error are not used for messages, because native libraries and the runtime's last words go there; they are
/// kept for the report of a crash.
/// </summary>
/// <param name="launch">How to start the process.</param>
public sealed class KernelProcess(KernelLaunch launch) : IKernelClient
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);

    private readonly ProcessText processText = new();
    private readonly TaskCompletionSource<KernelExit> died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, Execution> executions = new();
    private Process? process;
    private Task textRead = Task.CompletedTask;
    private MessageChannel? channel;

    /// <summary>The process's identifier.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public int ProcessId => Started.Id;

    private Process Started => process ?? throw new InvalidOperationException("The kernel was not started.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var pipeName = $"course-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}";
        var pipe = new NamedPipeServerStream(pipeName, PipeDirection.InOut, maxNumberOfServerInstances: 1,
            PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        channel = new MessageChannel(pipe);
        StartProcess(pipeName);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(launch.StartTimeout);
        try
        {
            var connected = pipe.WaitForConnectionAsync(limit.Token);
            var exited = Started.WaitForExitAsync(limit.Token);
            await await Task.WhenAny(connected, exited).ConfigureAwait(false);
            if (!connected.IsCompletedSuccessfully)
            {
                throw new KernelDiedException(await ExitAsync("The kernel process ended before it answered.").ConfigureAwait(false));
            }
            new Thread(ReadMessages) { IsBackground = true, Name = "kernel messages in" }.Start();
            channel.Send(KernelMessage.Create(new KernelInfoRequest()));
            await await Task.WhenAny(ready.Task, died.Task).WaitAsync(limit.Token).ConfigureAwait(false);
            if (!ready.Task.IsCompletedSuccessfully)
            {
                throw new KernelDiedException(await died.Task.ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException)
        {
            ProcessGroup.Kill(Started);
            cancellationToken.ThrowIfCancellationRequested();
            throw new KernelDiedException(await ExitAsync(string.Create(CultureInfo.InvariantCulture,
                $"The kernel process did not answer within {launch.StartTimeout.TotalSeconds:0.#} s.")).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public async Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output)
    {
        _ = Started;
        var request = KernelMessage.Create(new ExecuteRequest(code));
        var execution = new Execution(output);
        executions[request.Id] = execution;
        try
        {
            channel!.Send(request);
        }
        catch (InvalidDataException e)
        {
            return new ExecutionReply(null, new KernelError("CellTooLarge", e.Message, [e.Message]));
        }
        var first = await Task.WhenAny(execution.Reply.Task, died.Task).ConfigureAwait(false);
        if (first == died.Task && !execution.Reply.Task.IsCompleted)
        {
            throw new KernelDiedException(await died.Task.ConfigureAwait(false));
        }
        return await execution.Reply.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task InterruptAsync()
    {
        channel?.Send(KernelMessage.Create(new InterruptRequest()));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task KillAsync()
    {
        if (process is null)
        {
            return;
        }
        ProcessGroup.Kill(process);
        await WaitForExitAsync(ExitTimeout).ConfigureAwait(false);
    }

    /// <summary>Asks the kernel to end, waits a moment, and then ends it and everything it started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            channel!.Send(KernelMessage.Create(new ShutdownRequest(Restart: false)));
            await WaitForExitAsync(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
            await KillAsync().ConfigureAwait(false);
            process.Dispose();
        }
        channel?.Dispose();
    }

    private void StartProcess(string pipeName)
    {
        try
        {
            process = Process.Start(launch.ToStartInfo(pipeName))!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            channel!.Dispose();
            throw new KernelDiedException(new KernelExit(null, "", $"The kernel process '{launch.FileName}' cannot be started: {e.Message}"));
        }
        process.StandardInput.Close();
        textRead = Task.WhenAll(processText.ReadAsync(process.StandardOutput), processText.ReadAsync(process.StandardError));
    }

    private void ReadMessages()
    {
        string? problem = null;
        try
        {
            while (channel!.Receive() is { } message)
            {
                Handle(message);
            }
        }
        catch (InvalidDataException e)
        {
            problem = e.Message;
            ProcessGroup.Kill(Started);
        }
        catch (Exception e)
        {
            // An output that cannot be taken must end the run with its reason, not leave it waiting.
            problem = $"The executor could not take the kernel's output: {e.Message}";
            ProcessGroup.Kill(Started);
        }
        // The process closes the pipe in its last moments; its exit code and its last words follow.
        died.TrySetResult(ExitAsync(problem).GetAwaiter().GetResult());
    }

    private void Handle(KernelMessage message)
    {
        if (message.Content is KernelInfoReply)
        {
            ready.TrySetResult();
        }
        else if (message.ParentId is { } parent && executions.TryGetValue(parent, out var execution))
        {
            execution.Handle(message.Content);
        }
    }

    private async Task<KernelExit> ExitAsync(string? problem)
    {
        if (!await WaitForExitAsync(ExitTimeout).ConfigureAwait(false))
        {
            ProcessGroup.Kill(Started);
            await WaitForExitAsync(ExitTimeout).ConfigureAwait(false);
        }
        // A grandchild may hold the streams open: what has arrived by then has to do.
        await Task.WhenAny(textRead, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        return new KernelExit(Started.HasExited ? Started.ExitCode : null, processText.ToString(), problem);
    }

    private async Task<bool> WaitForExitAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await Started.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A request under way, or done: its output may still come.</summary>
    private sealed class Execution(IKernelOutput output)
    {
        private MimeBundle? result;
        private KernelError? error;

        public TaskCompletionSource<ExecutionReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Handle(MessageContent content)
        {
            switch (content)
            {
                case StreamText stream:
                    output.Stream(stream.Name, stream.Text);
                    break;
                case DisplayData display:
                    output.Display(display.Data, display.Transient.DisplayId);
                    break;
                case UpdateDisplayData { Transient.DisplayId: { } id } update:
                    output.UpdateDisplay(update.Data, id);
                    break;
                case ClearOutput clear:
                    output.ClearOutput(clear.Wait);
                    break;
                case ExecuteResult value:
                    result = value.Data;
                    break;
                case ErrorReport e:
                    error = new KernelError(e.Ename, e.Evalue, e.Traceback, e.Line);
                    break;
                case ExecuteReply:
                    Reply.TrySetResult(new ExecutionReply(result, error));
                    break;
            }
        }
    }
}
