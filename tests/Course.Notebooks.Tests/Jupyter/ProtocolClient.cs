using System.Text;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using NetMQ;
using NetMQ.Sockets;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>
/// A client that is nothing but sockets: it shows what really travels, in order. One thread uses it.
/// </summary>
internal sealed class ProtocolClient : IDisposable
{
    private readonly MessageCodec codec;
    private readonly List<NetMQSocket> sockets = [];
    private readonly byte[] name;

    /// <param name="connection">Where the kernel listens.</param>
    /// <param name="identity">The sockets' routing identity.</param>
    /// <param name="stdin">Whether to connect to the channel for questions at once.</param>
    public ProtocolClient(ConnectionInfo connection, string? identity = null, bool stdin = true)
    {
        codec = new MessageCodec(new MessageSigner(connection.Key));
        name = Encoding.ASCII.GetBytes(identity ?? Guid.NewGuid().ToString("N"));
        Shell = Connect(new DealerSocket(), connection, connection.ShellPort);
        Control = Connect(new DealerSocket(), connection, connection.ControlPort);
        if (stdin)
        {
            ConnectStdin(connection);
        }
        Heartbeat = Connect(new RequestSocket(), connection, connection.HbPort);
        Iopub = new SubscriberSocket();
        Iopub.SubscribeToAnyTopic();
        Connect(Iopub, connection, connection.IopubPort);
    }

    public DealerSocket Shell { get; }

    public DealerSocket Control { get; }

    public DealerSocket Stdin { get; private set; } = null!;

    public RequestSocket Heartbeat { get; }

    public SubscriberSocket Iopub { get; }

    public string Session { get; } = Guid.NewGuid().ToString("N");

    public void ConnectStdin(ConnectionInfo connection) => Stdin = Connect(new DealerSocket(), connection, connection.StdinPort);

    /// <summary>Waits until the kernel says that nothing on iopub is missed from now on.</summary>
    public ProtocolClient Subscribed()
    {
        while (Receive(Iopub).Content is not IopubWelcome)
        {
        }
        return this;
    }

    public JupyterMessage Send(NetMQSocket socket, MessageContent content, JupyterMessage? parent = null)
    {
        var message = JupyterMessage.Create(content, Session) with { Parent = parent?.Header };
        Send(socket, codec.Encode(message));
        return message;
    }

    public static void Send(NetMQSocket socket, IReadOnlyList<byte[]> frames) => socket.SendMultipartBytes(frames);

    public IReadOnlyList<byte[]> Encode(MessageContent content) => codec.Encode(JupyterMessage.Create(content, Session));

    public JupyterMessage Receive(NetMQSocket socket) =>
        TryReceive(socket, Patience.Long) ?? throw new AssertionException("The kernel says nothing.");

    public JupyterMessage? TryReceive(NetMQSocket socket, TimeSpan patience)
    {
        var frames = new List<byte[]>();
        return socket.TryReceiveMultipartBytes(patience, ref frames!) ? codec.Decode(frames) : null;
    }

    /// <summary>Asks on shell or control and waits for the reply to this very request.</summary>
    public TReply Ask<TReply>(NetMQSocket socket, MessageContent request)
        where TReply : MessageContent => ReplyTo<TReply>(socket, Send(socket, request));

    public TReply ReplyTo<TReply>(NetMQSocket socket, JupyterMessage request)
        where TReply : MessageContent
    {
        while (true)
        {
            var reply = Receive(socket);
            if (reply.Parent?.MsgId == request.Header.MsgId)
            {
                return reply.Content as TReply ?? throw new AssertionException($"{reply.Header.MsgType}: {reply.Content}");
            }
        }
    }

    /// <summary>What the kernel publishes for a request until it is idle, without status messages.</summary>
    public IReadOnlyList<MessageContent> Published(JupyterMessage request)
    {
        var contents = new List<MessageContent>();
        while (true)
        {
            var message = Receive(Iopub);
            if (message.Parent?.MsgId != request.Header.MsgId)
            {
                continue;
            }
            if (message.Content is not StatusMessage status)
            {
                contents.Add(message.Content);
            }
            else if (status.ExecutionState == StatusMessage.Idle)
            {
                return contents;
            }
        }
    }

    /// <summary>Runs a cell: the reply, and what was published without the execute_input.</summary>
    public (ExecuteReply Reply, IReadOnlyList<MessageContent> Published) Run(string code) => Run(new ExecuteRequest(code));

    public (ExecuteReply Reply, IReadOnlyList<MessageContent> Published) Run(ExecuteRequest cell)
    {
        var request = Send(Shell, cell);
        var reply = ReplyTo<ExecuteReply>(Shell, request);
        return (reply, [.. Published(request).Where(content => content is not ExecuteInput)]);
    }

    public void Dispose()
    {
        foreach (var socket in sockets)
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Dispose();
        }
    }

    private TSocket Connect<TSocket>(TSocket socket, ConnectionInfo connection, int port)
        where TSocket : NetMQSocket
    {
        socket.Options.Identity = name;
        MessageSocket.Configure(socket).Connect(connection.Address(port));
        sockets.Add(socket);
        return socket;
    }
}
