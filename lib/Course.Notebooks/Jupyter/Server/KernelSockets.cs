using System.Text;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using NetMQ;
using NetMQ.Sockets;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>The kernel's five sockets, all served by one poller on a thread of its own.</summary>
internal sealed class KernelSockets : IDisposable
{
    private readonly NetMQPoller poller = [];
    private readonly ConnectionInfo connection;
    private readonly string session;
    private readonly Lock gate = new();
    private bool closed;

    /// <summary>Binds the sockets. Nothing is received before <see cref="Start"/>.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="session">The kernel's session, for the messages nobody asked for.</param>
    /// <exception cref="NetMQException">A port is taken.</exception>
    public KernelSockets(ConnectionInfo connection, string session)
    {
        this.connection = connection;
        this.session = session;
        Shell = Bind("shell", new RouterSocket(), connection.ShellPort);
        Control = Bind("control", new RouterSocket(), connection.ControlPort);

        // A client's question can be ready before its connection to this channel is: the question must wait, not be dropped.
        var questions = new RouterSocket();
        questions.Options.RouterMandatory = true;
        Stdin = Bind("stdin", questions, connection.StdinPort);

        // Not a plain publisher: that one does not learn when a client's subscription has arrived, and what is said before then
        // the client misses.
        var publisher = new XPublisherSocket();
        publisher.Options.XPubVerbose = true;
        Iopub = Bind("iopub", publisher, connection.IopubPort, Welcome);

        var heartbeat = Bind(new RouterSocket(), connection.HbPort);
        heartbeat.ReceiveReady += (_, _) => heartbeat.SendMultipartMessage(heartbeat.ReceiveMultipartMessage());
        poller.Add(heartbeat);
        Heartbeat = heartbeat;
    }

    public MessageSocket Shell { get; }

    public MessageSocket Control { get; }

    public MessageSocket Stdin { get; }

    public MessageSocket Iopub { get; }

    private RouterSocket Heartbeat { get; }

    /// <summary>Begins to receive.</summary>
    public void Start() => poller.RunAsync("kernel sockets", isBackgroundThread: true);

    /// <summary>Tells every client something, as the consequence of a request or of nothing.</summary>
    public void Publish(MessageContent content, JupyterMessage? parent)
    {
        var message = JupyterMessage.Create(content, session);
        Iopub.Send(message with { Parent = parent?.Header, Identities = [Encoding.UTF8.GetBytes(message.Header.MsgType)] });
    }

    /// <summary>Sends what waits, for a second at most, and closes.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }
            closed = true;
            poller.Dispose();
            foreach (var socket in (MessageSocket[])[Shell, Control, Stdin, Iopub])
            {
                socket.Dispose();
            }
            Heartbeat.Dispose();
        }
    }

    private MessageSocket Bind(string name, NetMQSocket socket, int port, Func<IReadOnlyList<byte[]>, JupyterMessage?>? greet = null) =>
        new(name, Bind(socket, port), new MessageCodec(new MessageSigner(connection.Key)), poller, greet);

    private TSocket Bind<TSocket>(TSocket socket, int port)
        where TSocket : NetMQSocket
    {
        MessageSocket.Configure(socket).Bind(connection.Address(port));
        return socket;
    }

    /// <summary>What arrives at a publisher is a byte, 1 to subscribe and 0 to unsubscribe, and the topic.</summary>
    private JupyterMessage? Welcome(IReadOnlyList<byte[]> subscription) => subscription is [[1, .. var topic]]
        ? JupyterMessage.Create(new IopubWelcome(Encoding.UTF8.GetString(topic)), session) with { Identities = [topic] }
        : null;
}
