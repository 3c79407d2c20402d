using Course.Notebooks.Jupyter.Messages;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// Says <c>busy</c> and <c>idle</c> around every request. Clients show the last state they heard: when a short request (a
/// completion, an interrupt) ends while a cell runs, the cell's <c>busy</c> is said again.
/// </summary>
internal sealed class StatusReporter(KernelSockets sockets)
{
    private readonly Lock gate = new();
    private readonly List<JupyterMessage> active = [];

    /// <summary>Work on a request begins.</summary>
    public void Begin(JupyterMessage request)
    {
        lock (gate)
        {
            active.Add(request);
            Say(StatusMessage.Busy, request);
        }
    }

    /// <summary>Work on a request has ended, its reply has been sent.</summary>
    public void End(JupyterMessage request)
    {
        lock (gate)
        {
            active.Remove(request);
            Say(StatusMessage.Idle, request);
            if (active is [var running, ..])
            {
                Say(StatusMessage.Busy, running);
            }
        }
    }

    private void Say(string state, JupyterMessage request) => sockets.Publish(new StatusMessage(state), request);
}
