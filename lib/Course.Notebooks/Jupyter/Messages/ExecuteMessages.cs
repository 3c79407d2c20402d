using System.Text.Json.Nodes;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Shell: run a cell.</summary>
/// <param name="Code">The cell's source.</param>
/// <param name="Silent">Show nothing and count nothing.</param>
/// <param name="StoreHistory">Whether the cell is counted and remembered; never when silent.</param>
/// <param name="UserExpressions">Names → expressions to evaluate afterwards.</param>
/// <param name="AllowStdin">Whether the client can answer an <see cref="InputRequestMessage"/>.</param>
/// <param name="StopOnError">Whether an error aborts the cells that wait behind this one.</param>
internal sealed record ExecuteRequest(
    string Code, bool Silent = false, bool? StoreHistory = null, IReadOnlyDictionary<string, string>? UserExpressions = null,
    bool AllowStdin = false, bool StopOnError = true) : MessageContent;

/// <summary>Shell: the cell has ended.</summary>
/// <param name="ExecutionCount">The number in brackets beside the cell; missing for a cell that never ran.</param>
internal sealed record ExecuteReply(int ExecutionCount = 0) : ReplyContent
{
    /// <summary>Deprecated, but the only way to a pager.</summary>
    public IReadOnlyList<PagePayload>? Payload { get; init; }

    /// <summary>Name → <c>{status, data, metadata}</c> or <c>{status, ename, evalue, traceback}</c>.</summary>
    public JsonObject? UserExpressions { get; init; }
}

/// <summary>Text for the pager, which clients show beside the notebook.</summary>
/// <param name="Data">The text in one or several representations; payloads from other sources have none.</param>
/// <param name="Start">The line to begin with.</param>
/// <param name="Source">Always <c>page</c>.</param>
internal sealed record PagePayload(MimeBundle? Data = null, int Start = 0, string Source = "page");

/// <summary>Iopub: a cell begins to run; tells the other clients of the kernel its code.</summary>
internal sealed record ExecuteInput(string Code, int ExecutionCount) : MessageContent;

/// <summary>Control: stop the running cell.</summary>
internal sealed record InterruptRequest : MessageContent;

/// <summary>Control: the running cell has been told.</summary>
internal sealed record InterruptReply : ReplyContent;
