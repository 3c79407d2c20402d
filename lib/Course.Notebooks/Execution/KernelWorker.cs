using System.IO.Pipes;
using System.Threading.Channels;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// The kernel's side of the pipe: one process, one language session, one cell after another. A dedicated thread reads
/// requests, so that an interrupt arrives while a cell runs; when the pipe ends, the executor is gone, and so is this process.
/// </summary>
public sealed class KernelWorker
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly MessageChannel channel;
    private readonly Func<Task<ILanguageSession>> createSession;
    private readonly Channel<KernelMessage> requests = Channel.CreateUnbounded<KernelMessage>();
    private readonly Dictionary<Type, Action<KernelMessage>> handlers;
    private readonly Lock gate = new();
    private CancellationTokenSource? running;

    private KernelWorker(Stream stream, Func<Task<ILanguageSession>> createSession)
    {
        channel = new MessageChannel(stream);
        this.createSession = createSession;
        handlers = new()
        {
            [typeof(KernelInfoRequest)] = Queue,
            [typeof(ExecuteRequest)] = Queue,
            [typeof(InterruptRequest)] = Interrupt,
            [typeof(ShutdownRequest)] = _ => requests.Writer.TryComplete(),
        };
    }

    /// <summary>Connects to the executor and serves it until it says so, or is gone.</summary>
    /// <param name="pipeName">The name the executor passed as the last argument.</param>
    /// <param name="createSession">Makes the session, ready to run code; called once, in the process's working directory.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string pipeName, Func<Task<ILanguageSession>> createSession)
    {
        ProcessGroup.Detach();
        // Asynchronous, because a pipe opened otherwise cannot be read and written at the same time on Windows.
        var pipe = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(ConnectTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The executor's pipe '{pipeName}' cannot be reached: {e.Message}").ConfigureAwait(false);
            return 1;
        }
        return await new KernelWorker(pipe, createSession).ServeAsync().ConfigureAwait(false);
    }

    private async Task<int> ServeAsync()
    {
        new Thread(ReadRequests) { IsBackground = true, Name = "kernel messages in" }.Start();

        var session = await createSession().ConfigureAwait(false);
        // Code that calls Environment.Exit still gets its earlier output delivered.
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            session.FlushOutputAsync().Wait(FlushTimeout);
            channel.Complete(FlushTimeout);
        };
        var count = 0;
        await foreach (var request in requests.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (request.Content is ExecuteRequest execute)
            {
                await ExecuteAsync(session, execute.Code, request.Id, ++count).ConfigureAwait(false);
            }
            else
            {
                channel.Send(KernelMessage.Create(new KernelInfoReply("course", "5.4"), request.Id));
            }
        }
        await session.DisposeAsync().ConfigureAwait(false);
        channel.Complete(FlushTimeout);
        return 0;
    }

    private void ReadRequests()
    {
        try
        {
            while (channel.Receive() is { } message)
            {
                if (handlers.TryGetValue(message.Content.GetType(), out var handle))
                {
                    handle(message);
                }
            }
        }
        finally
        {
            // The pipe has ended, by an orderly end of the executor (after a shutdown request) or otherwise. No code of the
            // notebook may outlive it, whatever it is doing.
            ProcessGroup.KillSelf();
        }
    }

    private void Queue(KernelMessage message) => requests.Writer.TryWrite(message);

    private void Interrupt(KernelMessage message)
    {
        lock (gate)
        {
            // Cancelling runs the session's callbacks, which may wait; this thread has to go on reading.
            _ = running?.CancelAsync();
        }
        channel.Send(KernelMessage.Create(new InterruptReply("ok"), message.Id));
    }

    private async Task ExecuteAsync(ILanguageSession session, string code, string requestId, int count)
    {
        using var cancellation = new CancellationTokenSource();
        lock (gate)
        {
            running = cancellation;
        }
        ExecutionReply reply;
        try
        {
            reply = await session.ExecuteAsync(code, new ChannelOutput(channel, requestId), cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A session reports errors of the code and throws none; this is an error of the session itself.
            reply = new ExecutionReply(null, new KernelError(e.GetType().FullName!, e.Message, e.ToString().Split('\n')));
        }
        finally
        {
            lock (gate)
            {
                running = null;
            }
        }
        var output = new ChannelOutput(channel, requestId);
        if (reply.Result is { } result)
        {
            output.Send(new ExecuteResult(result, count));
        }
        if (reply.Error is { } error)
        {
            output.Send(new ErrorReport(error.Name, error.Value, error.Traceback, error.Line));
        }
        output.Send(new ExecuteReply(reply.Succeeded ? "ok" : "error", count));
    }
}
