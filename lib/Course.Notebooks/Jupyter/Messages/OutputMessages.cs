using System.Text.Json.Nodes;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Iopub: what the kernel does for the request in the parent header.</summary>
/// <param name="ExecutionState"><c>starting</c>, <c>busy</c> or <c>idle</c>.</param>
internal sealed record StatusMessage(string ExecutionState) : MessageContent
{
    public const string Busy = "busy";
    public const string Idle = "idle";
    public const string Starting = "starting";
}

/// <summary>Iopub: a subscription has arrived; nothing said from now on is missed.</summary>
/// <param name="Subscription">The topic subscribed to; empty means all.</param>
internal sealed record IopubWelcome(string Subscription) : MessageContent;

/// <summary>Iopub: console text.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text.</param>
internal sealed record StreamMessage(string Name, string Text) : MessageContent;

/// <summary>What is not to be stored with a display.</summary>
/// <param name="DisplayId">The name by which the display can be updated.</param>
internal sealed record DisplayTransient(string? DisplayId = null);

/// <summary>Iopub: a value shown.</summary>
internal sealed record DisplayData(MimeBundle Data) : MessageContent
{
    public JsonObject Metadata { get; init; } = [];

    public DisplayTransient Transient { get; init; } = new();
}

/// <summary>Iopub: another value in the place of one shown before.</summary>
internal sealed record UpdateDisplayData(MimeBundle Data, DisplayTransient Transient) : MessageContent
{
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>Iopub: the value of the cell's last expression.</summary>
internal sealed record ExecuteResult(MimeBundle Data, int ExecutionCount) : MessageContent
{
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>Iopub: what ended the cell.</summary>
/// <param name="Ename">The exception's type.</param>
/// <param name="Evalue">Its message.</param>
/// <param name="Traceback">Lines for people, with the colours of a terminal.</param>
/// <param name="Line">The line of the cell, from 1. An addition to the protocol: other clients ignore it.</param>
internal sealed record ErrorMessage(string Ename, string Evalue, IReadOnlyList<string> Traceback, int? Line = null) : MessageContent;

/// <summary>Iopub: remove the cell's outputs.</summary>
/// <param name="Wait">Only when the next output arrives.</param>
internal sealed record ClearOutput(bool Wait = false) : MessageContent;
