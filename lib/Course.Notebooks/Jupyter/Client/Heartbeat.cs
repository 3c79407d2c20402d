using Course.Notebooks.Jupyter.Transport;
using NetMQ;
using NetMQ.Sockets;

namespace Course.Notebooks.Jupyter.Client;

/// <summary>
/// Asks the kernel once a second whether it is there, on the channel that sends back what arrives: a kernel that works hard
/// still answers here, one that is stuck or still starting does not (jupyter-client.readthedocs.io, "Heartbeat for kernels").
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly DealerSocket socket = MessageSocket.Configure(new DealerSocket());
    private int beats;

    public Heartbeat(string address, NetMQPoller poller)
    {
        socket.Connect(address);
        socket.ReceiveReady += (_, _) => Receive();
        var timer = new NetMQTimer(Interval);
        timer.Elapsed += (_, _) => Ask();
        poller.Add(socket);
        poller.Add(timer);
        // Waits in the socket until the kernel listens.
        Ask();
    }

    /// <summary>How often the kernel has answered.</summary>
    public int Beats => Volatile.Read(ref beats);

    public void Dispose() => socket.Dispose();

    // The empty frame is what a reply socket expects before the question. A kernel that does not read fills no memory here.
    private void Ask()
    {
        if (socket.TrySendFrame(TimeSpan.Zero, [], more: true))
        {
            socket.TrySendFrame(TimeSpan.Zero, "ping"u8.ToArray());
        }
    }

    private void Receive()
    {
        socket.ReceiveMultipartBytes();
        Interlocked.Increment(ref beats);
    }
}
