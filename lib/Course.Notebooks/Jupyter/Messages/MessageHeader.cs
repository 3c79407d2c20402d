using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Who says what to whom: the <c>header</c> of a message, and the <c>parent_header</c> of the messages it causes.</summary>
/// <param name="MsgId">Unique among all messages.</param>
/// <param name="MsgType">For example <c>execute_request</c>.</param>
/// <param name="Session">One start of a client, or of a kernel.</param>
/// <param name="Username">Whoever sends; has no meaning.</param>
/// <param name="Date">When it was sent (ISO 8601).</param>
/// <param name="Version">The protocol's version.</param>
internal sealed record MessageHeader(
    string MsgId, string MsgType, string? Session = null, string? Username = null, string? Date = null, string? Version = null)
{
    /// <summary>What the course's kernel and client speak (jupyter-client.readthedocs.io, "Messaging in Jupyter").</summary>
    public const string ProtocolVersion = "5.4";

    /// <summary>Members that this version does not know; they are sent back as they came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; init; }

    /// <summary>The header of a new message.</summary>
    public static MessageHeader Create(string type, string session) => new(
        Guid.NewGuid().ToString("N"), type, session, "course",
        DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture), ProtocolVersion);
}
