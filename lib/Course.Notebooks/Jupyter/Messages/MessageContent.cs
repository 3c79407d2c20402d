using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>
/// The <c>content</c> of a message. One record per message type, in the files beside this one; the members are the protocol's,
/// in snake case on the wire. Those with a default may be missing in what others send.
/// </summary>
internal abstract record MessageContent;

/// <summary>A message of a type that this version does not know: a newer peer. It is ignored.</summary>
internal sealed record UnknownContent(string Type, JsonObject Json) : MessageContent;

/// <summary>What every reply says first.</summary>
internal abstract record ReplyContent : MessageContent
{
    /// <summary><c>ok</c>, <c>error</c>, or <c>aborted</c> for a cell that never ran because an earlier one failed.</summary>
    public string Status { get; init; } = Ok;

    /// <summary>With <c>error</c>: the type of the exception.</summary>
    public string? Ename { get; init; }

    /// <summary>With <c>error</c>: its message.</summary>
    public string? Evalue { get; init; }

    /// <summary>With <c>error</c>: lines for people.</summary>
    public IReadOnlyList<string>? Traceback { get; init; }

    public const string Ok = "ok";
    public const string Error = "error";
    public const string Aborted = "aborted";

    [JsonIgnore]
    public bool Succeeded => Status == Ok;
}

/// <summary>The answer to a request that could not be served, under the reply type of that request.</summary>
internal sealed record FailedReply : ReplyContent
{
    /// <summary>For example <c>complete_reply</c>.</summary>
    [JsonIgnore]
    public string Type { get; init; } = "";
}
