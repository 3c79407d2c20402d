using System.Text.Json.Nodes;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>One message of the Jupyter protocol (jupyter-client.readthedocs.io, "Messaging in Jupyter").</summary>
/// <param name="Header">What this message is.</param>
/// <param name="Content">What is said.</param>
internal sealed record JupyterMessage(MessageHeader Header, MessageContent Content)
{
    /// <summary>
    /// The frames before the delimiter: on a router socket the way back to whoever asked, on iopub the topic.
    /// </summary>
    public IReadOnlyList<byte[]> Identities { get; init; } = [];

    /// <summary>The header of the request that caused this message, if one did.</summary>
    public MessageHeader? Parent { get; init; }

    /// <summary>What is said about the message; most have nothing.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Bytes that travel beside the content (comm messages of widgets).</summary>
    public IReadOnlyList<byte[]> Buffers { get; init; } = [];

    /// <summary>A new message that nobody asked for.</summary>
    /// <param name="content">What to say.</param>
    /// <param name="session">The sender's session.</param>
    public static JupyterMessage Create(MessageContent content, string session) =>
        new(MessageHeader.Create(MessageTypes.NameOf(content), session), content);

    /// <summary>A new message caused by this one, addressed to whoever sent this one.</summary>
    /// <param name="content">What to say.</param>
    /// <param name="session">The sender's session.</param>
    public JupyterMessage Answer(MessageContent content, string session) =>
        Create(content, session) with { Parent = Header, Identities = Identities };
}
