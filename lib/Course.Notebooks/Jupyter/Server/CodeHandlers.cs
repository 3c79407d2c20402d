using System.Text.Json.Nodes;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>Answers questions about code: what fits, what it means, whether it is complete.</summary>
internal sealed class CodeHandlers(Task<ILanguageSession> starting)
{
    /// <summary>What could be typed at the cursor.</summary>
    public async Task<MessageContent?> CompleteAsync(KernelRequest request)
    {
        var (code, cursor) = request.Content<CompleteRequest>();
        var session = await starting.ConfigureAwait(false);
        var reply = await session.CompleteAsync(code, CursorPosition.ToUtf16(code, cursor)).ConfigureAwait(false);
        var (start, end) = (CursorPosition.ToCodePoints(code, reply.Start), CursorPosition.ToCodePoints(code, reply.End));
        return new CompleteReply([.. reply.Matches.Select(match => match.Text).Distinct()], start, end)
        {
            // What JupyterLab and VS Code show beside each match.
            Metadata = new() { ["_jupyter_types_experimental"] = new JsonArray([.. reply.Matches.Select(match => Describe(match, start, end))]) },
        };
    }

    /// <summary>What the name at the cursor means.</summary>
    public async Task<MessageContent?> InspectAsync(KernelRequest request)
    {
        var (code, cursor, level) = request.Content<InspectRequest>();
        var session = await starting.ConfigureAwait(false);
        var detail = level > 0 ? InspectionDetail.Full : InspectionDetail.Brief;
        var found = await session.InspectAsync(code, CursorPosition.ToUtf16(code, cursor), detail).ConfigureAwait(false);
        return new InspectReply(found is not null, found?.Bundle ?? new MimeBundle(new Dictionary<string, string>()));
    }

    /// <summary>Whether Enter should run the code.</summary>
    public async Task<MessageContent?> IsCompleteAsync(KernelRequest request)
    {
        var session = await starting.ConfigureAwait(false);
        var reply = await session.IsCompleteAsync(request.Content<IsCompleteRequest>().Code).ConfigureAwait(false);
        return new IsCompleteReply(reply.Status.ToString().ToLowerInvariant())
        {
            Indent = reply.Status == Completeness.Incomplete ? reply.Indent : null,
        };
    }

    private static JsonNode Describe(CompletionMatch match, int start, int end)
    {
        var description = new JsonObject { ["start"] = start, ["end"] = end, ["text"] = match.Text, ["type"] = match.Kind };
        if (match.Signature is { } signature)
        {
            description["signature"] = signature;
        }
        return description;
    }
}
