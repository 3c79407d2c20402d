using Course.Notebooks.Jupyter.Messages;
using NetMQ;

namespace Course.Notebooks.Jupyter.Transport;

/// <summary>
/// A ZeroMQ socket that speaks messages. ZeroMQ's sockets belong to one thread, the poller's: messages to send wait in a queue
/// that any thread may fill, and what arrives is announced on the poller's thread, whose handlers must therefore be quick.
/// </summary>
internal sealed class MessageSocket : IDisposable
{
    // How long a message waits for a client that has reached one of its channels, but not yet this one.
    private static readonly TimeSpan RoutePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RouteInterval = TimeSpan.FromMilliseconds(20);

    private readonly NetMQSocket socket;
    private readonly MessageCodec codec;
    private readonly NetMQQueue<Waiting> outgoing = new();
    private readonly Func<IReadOnlyList<byte[]>, JupyterMessage?>? greet;
    private readonly Lock gate = new();
    private int unsent;
    private volatile bool closed;

    /// <summary>Wraps a socket, bound or connected already, and puts it under a poller.</summary>
    /// <param name="name">The channel, for the log: <c>shell</c>, <c>control</c> …</param>
    /// <param name="socket">The socket, owned from now on.</param>
    /// <param name="codec">A codec of this socket's own.</param>
    /// <param name="poller">Serves the socket and its queue.</param>
    /// <param name="greet">
    /// For a publisher, which receives subscriptions instead of messages: the message to send for what has arrived, before all
    /// that waits to be sent.
    /// </param>
    public MessageSocket(
        string name, NetMQSocket socket, MessageCodec codec, NetMQPoller poller,
        Func<IReadOnlyList<byte[]>, JupyterMessage?>? greet = null)
    {
        Name = name;
        this.socket = socket;
        this.codec = codec;
        this.greet = greet;
        socket.ReceiveReady += (_, _) => Protect(greet is null ? Receive : Greet);
        outgoing.ReceiveReady += (_, _) => Protect(SendWaiting);
        poller.Add(socket);
        poller.Add(outgoing);
    }

    /// <summary>The channel's name.</summary>
    public string Name { get; }

    /// <summary>A message arrived. Raised on the poller's thread.</summary>
    public event Action<JupyterMessage>? Received;

    /// <summary>Something arrived that is no acceptable message; says why. Raised on the poller's thread.</summary>
    public event Action<string>? Refused;

    /// <summary>How many messages wait to be handed to the socket.</summary>
    public int Unsent => closed ? 0 : Volatile.Read(ref unsent);

    /// <summary>
    /// What every socket of the protocol needs: no limit at which messages are silently dropped, but one on what may arrive in
    /// one frame, which is checked before memory is given to it; and a moment at the end for the last words.
    /// </summary>
    public static TSocket Configure<TSocket>(TSocket socket)
        where TSocket : NetMQSocket
    {
        socket.Options.SendHighWatermark = 0;
        socket.Options.ReceiveHighWatermark = 0;
        socket.Options.MaxMsgSize = MessageCodec.MaxMessageBytes;
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        return socket;
    }

    /// <summary>Sends a message. Any thread may call; messages of one thread keep their order. After the end it does nothing.</summary>
    public void Send(JupyterMessage message)
    {
        Enqueue(new Waiting(codec.Encode(message), DateTime.UtcNow));
    }

    /// <summary>Hands what waits to the socket and closes it. To be called when the poller has stopped.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }
            closed = true;
        }
        Protect(SendWaiting);
        outgoing.Dispose();
        socket.Dispose();
    }

    private void Enqueue(Waiting waiting)
    {
        lock (gate)
        {
            if (!closed)
            {
                Interlocked.Increment(ref unsent);
                outgoing.Enqueue(waiting);
            }
        }
    }

    private void SendWaiting()
    {
        while (outgoing.TryDequeue(out var waiting, TimeSpan.Zero))
        {
            Interlocked.Decrement(ref unsent);
            Greet();
            try
            {
                SendFrames(waiting.Frames);
            }
            catch (HostUnreachableException) when (DateTime.UtcNow - waiting.Since < RoutePatience)
            {
                // Only a router that must find its client says this; others drop what they cannot deliver.
                _ = Task.Delay(RouteInterval).ContinueWith(_ => Enqueue(waiting), TaskScheduler.Default);
            }
        }
    }

    private void SendFrames(IReadOnlyList<byte[]> frames)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            socket.SendFrame(frames[i], more: i < frames.Count - 1);
        }
    }

    // A subscription counts for ZeroMQ from the moment it arrives. Looking for one before each message makes the greeting early:
    // seldom does a new subscriber hear anything before it.
    private void Greet()
    {
        var frames = new List<byte[]>();
        while (greet is not null && socket.TryReceiveMultipartBytes(ref frames!))
        {
            if (greet(frames) is { } greeting)
            {
                SendFrames(codec.Encode(greeting));
            }
        }
    }

    // An exception would end the poller's thread and with it the process.
    private void Protect(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is NetMQException or MessageRefusedException or InvalidOperationException or ArgumentException)
        {
            Refused?.Invoke($"{Name}: {e}");
        }
    }

    private void Receive()
    {
        // One at a time: the poller raises ReceiveReady again for what is left, and serves the other sockets in between.
        var frames = socket.ReceiveMultipartBytes();
        JupyterMessage message;
        try
        {
            message = codec.Decode(frames);
        }
        catch (MessageRefusedException e)
        {
            Refused?.Invoke($"A message on {Name} was refused. {e.Message}");
            return;
        }
        Received?.Invoke(message);
    }

    /// <summary>A message to send, and since when it waits.</summary>
    private sealed record Waiting(IReadOnlyList<byte[]> Frames, DateTime Since);
}
