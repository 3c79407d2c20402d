using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// A Jupyter kernel: serves clients over the Jupyter protocol, and knows of the language it runs no more than
/// <see cref="ILanguageSession"/> says.
/// </summary>
/// <remarks>
/// The sockets' thread receives, checks and sorts; three lanes work. Cells run one after another; questions about code are
/// answered meanwhile; interrupt and shutdown wait for nothing.
/// </remarks>
internal sealed class KernelServer
{
    private readonly string session = Guid.NewGuid().ToString("N");
    private readonly KernelSockets sockets;
    private readonly KernelDescription description;
    private readonly Task<ILanguageSession> starting;
    private readonly Action<string> log;
    private readonly CellHandler cells;
    private readonly StdinInput stdin;
    private readonly RequestLane running;
    private readonly RequestLane asking;
    private readonly RequestLane steering;
    private readonly Dictionary<Type, (RequestLane Lane, RequestHandler Handler)> handlers;
    private long arrived;

    /// <summary>Binds the ports and begins to serve.</summary>
    /// <param name="connection">Where clients connect.</param>
    /// <param name="description">What the kernel says about itself.</param>
    /// <param name="starting">The session; requests wait until it can run code, while the ports are open already.</param>
    /// <param name="log">Takes what was refused and what failed, for whoever runs the kernel.</param>
    /// <exception cref="NetMQ.NetMQException">A port is taken.</exception>
    public KernelServer(ConnectionInfo connection, KernelDescription description, Task<ILanguageSession> starting, Action<string> log)
    {
        this.description = description;
        this.starting = starting;
        this.log = log;
        sockets = new KernelSockets(connection, session);
        stdin = new StdinInput(sockets.Stdin, session);
        var history = new History();
        cells = new CellHandler(sockets, starting, stdin, history);
        var code = new CodeHandlers(starting);

        var status = new StatusReporter(sockets);
        (running, asking, steering) = (NewLane(), NewLane(), NewLane());
        handlers = new()
        {
            [typeof(ExecuteRequest)] = (running, cells.ExecuteAsync),
            [typeof(CommOpen)] = (running, RefuseComm),
            [typeof(CommMsg)] = (running, IgnoreComm),
            [typeof(CommClose)] = (running, IgnoreComm),
            [typeof(KernelInfoRequest)] = (asking, DescribeAsync),
            [typeof(CompleteRequest)] = (asking, code.CompleteAsync),
            [typeof(InspectRequest)] = (asking, code.InspectAsync),
            [typeof(IsCompleteRequest)] = (asking, code.IsCompleteAsync),
            [typeof(HistoryRequest)] = (asking, request => Reply(history.Find(request.Content<HistoryRequest>()))),
            [typeof(CommInfoRequest)] = (asking, _ => Reply(new CommInfoReply([]))),
            [typeof(InterruptRequest)] = (steering, Interrupt),
            [typeof(ShutdownRequest)] = (steering, Shutdown),
        };

        RequestLane NewLane() => new(status, session, log);
    }

    /// <summary>Serves until a client asks for the end, or <see cref="Stop"/> does.</summary>
    public Task RunAsync()
    {
        foreach (var socket in (MessageSocket[])[sockets.Shell, sockets.Control, sockets.Stdin])
        {
            socket.Refused += log;
        }
        sockets.Shell.Received += message => Take(message, sockets.Shell);
        sockets.Control.Received += message => Take(message, sockets.Control);
        sockets.Stdin.Received += stdin.Take;
        sockets.Publish(new StatusMessage(StatusMessage.Starting), parent: null);
        sockets.Start();
        _ = Task.Run(running.ServeAsync);
        _ = Task.Run(asking.ServeAsync);
        return Task.Run(steering.ServeAsync);
    }

    /// <summary>Stops the running cell, if one runs.</summary>
    public void Interrupt() => cells.Interrupt();

    /// <summary>Ends the kernel as a shutdown request does.</summary>
    public void Stop() => steering.Complete();

    /// <summary>Sends what waits and closes the ports. Nothing is served or shown any more.</summary>
    public void Close() => sockets.Dispose();

    // On the sockets' thread.
    private void Take(JupyterMessage message, MessageSocket socket)
    {
        var request = new KernelRequest(message, socket, ++arrived);
        if (handlers.TryGetValue(message.Content.GetType(), out var route))
        {
            cells.Arrived(request);
            route.Lane.Add(request, route.Handler);
        }
        else
        {
            log($"A message on {socket.Name} was ignored: this kernel does not serve {message.Header.MsgType}.");
        }
    }

    private async Task<MessageContent?> DescribeAsync(KernelRequest request)
    {
        // A client takes this reply as the sign that it may send cells, and starts its clocks.
        await starting.ConfigureAwait(false);
        return new KernelInfoReply(
            MessageHeader.ProtocolVersion, description.Implementation, description.Version, description.Language, description.Banner)
        {
            HelpLinks = description.HelpLinks,
        };
    }

    // No side of this kernel speaks over comms: a client that tries learns it at once, as the protocol asks.
    private Task<MessageContent?> RefuseComm(KernelRequest request)
    {
        var comm = request.Content<CommOpen>();
        log($"A comm was closed: there is no target named {comm.TargetName}.");
        sockets.Publish(new CommClose(comm.CommId), request.Message);
        return Reply(null);
    }

    private static Task<MessageContent?> IgnoreComm(KernelRequest request) => Reply(null);

    private Task<MessageContent?> Interrupt(KernelRequest request)
    {
        cells.Interrupt();
        return Reply(new InterruptReply());
    }

    private Task<MessageContent?> Shutdown(KernelRequest request)
    {
        var reply = new ShutdownReply(request.Content<ShutdownRequest>().Restart);
        sockets.Publish(reply, request.Message);
        steering.Complete();
        return Reply(reply);
    }

    private static Task<MessageContent?> Reply(MessageContent? reply) => Task.FromResult(reply);
}
