using System.Text.Json.Nodes;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Shell: which comms (connections to widgets of a client) are open?</summary>
internal sealed record CommInfoRequest(string? TargetName = null) : MessageContent;

/// <summary>Shell: identifiers → <c>{target_name}</c>.</summary>
internal sealed record CommInfoReply(JsonObject Comms) : ReplyContent;

/// <summary>Shell or iopub: a connection to something both sides know by name.</summary>
internal sealed record CommOpen(string CommId, string TargetName, JsonObject? Data = null) : MessageContent;

/// <summary>Shell or iopub: something said over a comm.</summary>
internal sealed record CommMsg(string CommId, JsonObject? Data = null) : MessageContent;

/// <summary>Shell or iopub: the comm is closed.</summary>
internal sealed record CommClose(string CommId) : MessageContent
{
    public JsonObject Data { get; init; } = [];
}
