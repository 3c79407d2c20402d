using System.Globalization;
using System.Text;
using Course.Notebooks.Jupyter.Transport;
using NetMQ;
using NetMQ.Sockets;

namespace Course.Notebooks.Jupyter.Client;

/// <summary>A client's ends of the five channels, served by one poller on a thread of its own.</summary>
internal sealed class KernelConnection : IDisposable
{
    private readonly NetMQPoller poller = [];
    private readonly ConnectionInfo connection;
    private readonly Heartbeat heartbeat;
    private readonly Lock gate = new();
    private string? firstRefusal;
    private int refused;
    private int received;

    /// <summary>Begins to connect. Nothing is received before <see cref="Start"/>.</summary>
    /// <param name="connection">Where the kernel listens, or will.</param>
    public KernelConnection(ConnectionInfo connection)
    {
        this.connection = connection;
        // Kernels find the client that asked on shell again on stdin by its identity, which must therefore be the same.
        Shell = Connect("shell", new DealerSocket(), connection.ShellPort);
        Control = Connect("control", new DealerSocket(), connection.ControlPort);
        Stdin = Connect("stdin", new DealerSocket(), connection.StdinPort);
        var subscriber = new SubscriberSocket();
        subscriber.SubscribeToAnyTopic();
        Iopub = Connect("iopub", subscriber, connection.IopubPort);
        heartbeat = new Heartbeat(connection.Address(connection.HbPort), poller);
    }

    /// <summary>This client's session: in the header of all it sends.</summary>
    public string Session { get; } = Guid.NewGuid().ToString("N");

    public MessageSocket Shell { get; }

    public MessageSocket Control { get; }

    public MessageSocket Stdin { get; }

    public MessageSocket Iopub { get; }

    /// <summary>Whether the kernel listens.</summary>
    public bool IsAlive => heartbeat.Beats > 0;

    /// <summary>How many messages have arrived on iopub, to notice that no more do.</summary>
    public int Received => Volatile.Read(ref received);

    /// <summary>What was refused of all that arrived, in a sentence; <see langword="null"/> when nothing was.</summary>
    public string? Refusals
    {
        get
        {
            lock (gate)
            {
                return refused == 0 ? null : firstRefusal
                    + (refused == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({refused} messages in all.)"));
            }
        }
    }

    /// <summary>Begins to receive.</summary>
    public void Start() => poller.RunAsync("kernel client", isBackgroundThread: true);

    /// <summary>Waits until nothing more arrives on iopub, for the last words of a kernel that has ended.</summary>
    public async Task SettleAsync(TimeSpan silence, TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        for (var before = -1; before != Received && DateTime.UtcNow < until;)
        {
            before = Received;
            await Task.Delay(silence).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        poller.Dispose();
        foreach (var socket in (MessageSocket[])[Shell, Control, Stdin, Iopub])
        {
            socket.Dispose();
        }
        heartbeat.Dispose();
    }

    private MessageSocket Connect(string name, NetMQSocket socket, int port)
    {
        socket.Options.Identity = Encoding.ASCII.GetBytes(Session);
        MessageSocket.Configure(socket).Connect(connection.Address(port));
        var messages = new MessageSocket(name, socket, new MessageCodec(new MessageSigner(connection.Key)), poller);
        messages.Refused += Refuse;
        if (name == "iopub")
        {
            messages.Received += _ => Interlocked.Increment(ref received);
        }
        return messages;
    }

    private void Refuse(string reason)
    {
        lock (gate)
        {
            firstRefusal ??= reason;
            refused++;
        }
    }
}
