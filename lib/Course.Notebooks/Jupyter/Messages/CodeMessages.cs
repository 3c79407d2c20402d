using System.Text.Json.Nodes;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Shell: what could be typed at the cursor.</summary>
/// <param name="Code">The whole cell.</param>
/// <param name="CursorPos">The cursor in Unicode code points.</param>
internal sealed record CompleteRequest(string Code, int CursorPos) : MessageContent;

/// <summary>Shell: the text between two places (code points) can be replaced by each of the matches.</summary>
internal sealed record CompleteReply(IReadOnlyList<string> Matches, int CursorStart, int CursorEnd) : ReplyContent
{
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>Shell: what the name at the cursor means.</summary>
/// <param name="Code">The whole cell.</param>
/// <param name="CursorPos">The cursor in Unicode code points.</param>
/// <param name="DetailLevel">0, or 1 for all there is to say.</param>
internal sealed record InspectRequest(string Code, int CursorPos, int DetailLevel = 0) : MessageContent;

/// <summary>Shell: the documentation, where there is any.</summary>
internal sealed record InspectReply(bool Found, MimeBundle Data) : ReplyContent
{
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>Shell: whether Enter should run the code or begin another line.</summary>
internal sealed record IsCompleteRequest(string Code) : MessageContent;

/// <summary>Shell: <c>complete</c>, <c>incomplete</c>, <c>invalid</c> or <c>unknown</c>.</summary>
internal sealed record IsCompleteReply(string Status) : MessageContent
{
    /// <summary>With <c>incomplete</c>: what the next line should begin with.</summary>
    public string? Indent { get; init; }
}

/// <summary>Shell: which cells ran.</summary>
/// <param name="HistAccessType"><c>tail</c> (the last N), <c>range</c> (Start to Stop) or <c>search</c> (Pattern, a glob).</param>
/// <param name="Output">Whether to send the results, too.</param>
/// <param name="Raw">Whether the source is wanted as typed; it is never changed here.</param>
/// <param name="Session">For a range: a session's number; 0 is the current one, negative ones lie before it.</param>
/// <param name="Start">For a range: the first cell.</param>
/// <param name="Stop">For a range: the cell before which it ends.</param>
/// <param name="N">At most how many entries.</param>
/// <param name="Pattern">For a search: <c>*</c> and <c>?</c> stand for any text and any character.</param>
/// <param name="Unique">For a search: each source once.</param>
internal sealed record HistoryRequest(
    string HistAccessType, bool Output = false, bool Raw = true, int Session = 0, int Start = 0, int? Stop = null, int? N = null,
    string? Pattern = null, bool Unique = false) : MessageContent;

/// <summary>Shell: entries <c>[session, number, source]</c>, or <c>[session, number, [source, result]]</c>.</summary>
internal sealed record HistoryReply(JsonArray History) : ReplyContent;
