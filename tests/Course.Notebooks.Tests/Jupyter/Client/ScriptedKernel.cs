using System.Text;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter.Client;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;
using Course.Notebooks.Tests.Cli;
using NetMQ;
using NetMQ.Sockets;

namespace Course.Notebooks.Tests.Jupyter.Client;

/// <summary>
/// A kernel that does what a test says, also what no kernel should. The process that the client starts only hands over its
/// connection file and then waits; the sockets are served here.
/// </summary>
internal sealed class ScriptedKernel : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly NetMQPoller poller = [];
    private readonly RouterSocket shell = new();
    private readonly RouterSocket control = new();
    private readonly RouterSocket stdin = new();
    private readonly XPublisherSocket iopub = new();
    private ConnectionInfo connection = null!;
    private Task serving = Task.CompletedTask;

    /// <param name="wait">What the process does when it has handed over the file.</param>
    /// <param name="before">What it does first.</param>
    public ScriptedKernel(string wait = "exec sleep 1000", string before = "")
    {
        // The file is complete when it has its final name.
        var script = $"{before} cp \"$0\" \"$1.tmp\" && echo $$ > \"$1.pid\" && mv \"$1.tmp\" \"$1\" && {wait}";
        string[] arguments = ["sh", "-c", script, KernelLaunch.ConnectionFile, File];
        string[] command = CommandLine.IsInterruptIgnored ? ["env", "--default-signal=INT", .. arguments] : arguments;
        Launch = new KernelLaunch(command[0], command[1..], folder.Path)
        {
            StartTimeout = Patience.Long,
        };
    }

    public KernelLaunch Launch { get; set; }

    public string Folder => folder.Path;

    /// <summary>What happens at an execute_request: called on the sockets' thread.</summary>
    public Action<JupyterMessage> OnExecute { get; set; } = _ => { };

    /// <summary>The key to sign with; the connection file's where a test does not say otherwise.</summary>
    public string? Key { get; init; }

    /// <summary>Whether subscriptions are welcomed, as protocol 5.4 asks.</summary>
    public bool Welcomes { get; init; } = true;

    public List<JupyterMessage> Received { get; } = [];

    private string File => folder.File("connection");

    /// <summary>Starts a client, and serves it.</summary>
    public async Task<JupyterKernelClient> StartAsync(InputHandler? input = null)
    {
        var client = new JupyterKernelClient(Launch, input)
        {
            EndPatience = TimeSpan.FromSeconds(0.5),
            // Its process ends only when it is killed.
            ShutdownPatience = TimeSpan.FromSeconds(0.1),
        };
        serving = Task.Run(Serve);
        try
        {
            await client.StartAsync();
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private void Serve()
    {
        SpinWait.SpinUntil(() => System.IO.File.Exists(File), Patience.Long);
        connection = ConnectionInfo.Read(File);
        shell.Bind(connection.Address(connection.ShellPort));
        control.Bind(connection.Address(connection.ControlPort));
        stdin.Options.RouterMandatory = true;
        stdin.Bind(connection.Address(connection.StdinPort));
        iopub.Bind(connection.Address(connection.IopubPort));
        foreach (var socket in (NetMQSocket[])[shell, control, stdin])
        {
            var codec = new MessageCodec(new MessageSigner(connection.Key));
            socket.ReceiveReady += (_, _) => Take(codec.Decode(socket.ReceiveMultipartBytes()));
            poller.Add(socket);
        }
        iopub.ReceiveReady += (_, _) =>
        {
            iopub.ReceiveMultipartBytes();
            if (Welcomes)
            {
                Publish(null, new IopubWelcome(""));
            }
        };
        poller.Add(iopub);
        poller.RunAsync();
    }

    public int ProcessId => int.Parse(System.IO.File.ReadAllText(File + ".pid"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Runs something on the sockets' thread later.</summary>
    public void Later(TimeSpan time, Action action) => _ = Task.Delay(time).ContinueWith(_ => poller.Run(action), TaskScheduler.Default);

    public void Publish(JupyterMessage? request, params MessageContent[] contents)
    {
        foreach (var content in contents)
        {
            PublishRaw([.. Encode(request, content, [Encoding.UTF8.GetBytes("topic")])]);
        }
    }

    public void PublishRaw(params byte[][] frames) => iopub.SendMultipartBytes(frames);

    public void Reply(JupyterMessage request, MessageContent content) =>
        shell.SendMultipartBytes([.. Encode(request, content, request.Identities)]);

    /// <summary>Asks, as soon as the client's connection to this channel is there too.</summary>
    public void Ask(JupyterMessage request, MessageContent content)
    {
        try
        {
            stdin.SendMultipartBytes([.. Encode(request, content, request.Identities)]);
        }
        catch (HostUnreachableException)
        {
            Later(TimeSpan.FromMilliseconds(20), () => Ask(request, content));
        }
    }

    public IReadOnlyList<byte[]> Encode(JupyterMessage? request, MessageContent content, IReadOnlyList<byte[]> identities, string? key = null) =>
        new MessageCodec(new MessageSigner(key ?? Key ?? connection.Key)).Encode(
            JupyterMessage.Create(content, "kernel") with { Parent = request?.Header, Identities = identities });

    public async ValueTask DisposeAsync()
    {
        await serving;
        poller.Dispose();
        foreach (var socket in (NetMQSocket[])[shell, control, stdin, iopub])
        {
            socket.Dispose();
        }
        folder.Dispose();
    }

    private void Take(JupyterMessage message)
    {
        lock (Received)
        {
            Received.Add(message);
        }
        switch (message.Content)
        {
            case KernelInfoRequest:
                Publish(message, new StatusMessage(StatusMessage.Busy));
                Reply(message, new KernelInfoReply("5.3", "scripted"));
                Publish(message, new StatusMessage(StatusMessage.Idle));
                break;
            case ExecuteRequest:
                OnExecute(message);
                break;
        }
    }
}
