using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Jupyter.Transport;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>A message to be acted upon, with the way back.</summary>
/// <param name="Message">The message.</param>
/// <param name="Socket">Where it came from, and where the reply goes.</param>
/// <param name="Number">Counts all requests in the order of their arrival.</param>
internal sealed record KernelRequest(JupyterMessage Message, MessageSocket Socket, long Number)
{
    /// <summary>What is asked.</summary>
    public TContent Content<TContent>()
        where TContent : MessageContent => (TContent)Message.Content;
}
