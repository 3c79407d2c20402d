using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Jupyter.Messages;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>Runs cells: <c>execute_request</c> and what interrupts or aborts it.</summary>
internal sealed class CellHandler(KernelSockets sockets, Task<ILanguageSession> starting, StdinInput stdin, History history)
{
    private readonly Lock gate = new();
    private CancellationTokenSource? running;
    private long lastArrived;
    private long abortThrough = -1;
    private int count;

    /// <summary>To be told of every request on its arrival, so that an error aborts those that had arrived by then.</summary>
    public void Arrived(KernelRequest request) => Interlocked.Exchange(ref lastArrived, request.Number);

    /// <summary>Stops the running cell, if one runs.</summary>
    public void Interrupt()
    {
        lock (gate)
        {
            // Cancelling runs callbacks of the session, which may take their time.
            _ = running?.CancelAsync();
        }
    }

    /// <summary>Runs a cell.</summary>
    public async Task<MessageContent?> ExecuteAsync(KernelRequest request)
    {
        var cell = request.Content<ExecuteRequest>();
        if (request.Number <= abortThrough)
        {
            return new ExecuteReply(count) { Status = ReplyContent.Aborted };
        }
        var isStored = !cell.Silent && cell.StoreHistory != false;
        var number = count + 1;
        count = isStored ? number : count;
        if (!cell.Silent)
        {
            sockets.Publish(new ExecuteInput(cell.Code, number), request.Message);
        }
        var session = await starting.ConfigureAwait(false);
        var reply = HelpQuestion.TryParse(cell.Code) is { } question
            ? await question.AnswerAsync(session, number).ConfigureAwait(false)
            : await RunAsync(session, cell, request.Message, number).ConfigureAwait(false);
        if (isStored)
        {
            history.Add(number, cell.Code, reply.Result);
        }
        if (!reply.Content.Succeeded && cell is { StopOnError: true, Silent: false })
        {
            abortThrough = Interlocked.Read(ref lastArrived);
        }
        return reply.Content;
    }

    private async Task<CellReply> RunAsync(ILanguageSession session, ExecuteRequest cell, JupyterMessage request, int number)
    {
        using var interrupt = BeginInterruptible();
        using var input = cell.AllowStdin && !cell.Silent ? stdin.For(request) : null;
        IKernelOutput output = cell.Silent ? new NoOutput() : new IopubOutput(sockets, request);
        var reply = await session.ExecuteAsync(cell.Code, output, input, interrupt.Token).ConfigureAwait(false);
        var expressions = reply.Succeeded && cell.UserExpressions is { Count: > 0 } asked
            ? await EvaluateAsync(session, asked, interrupt.Token).ConfigureAwait(false)
            : [];
        EndInterruptible();

        if (reply.Result is { } result && !cell.Silent)
        {
            var shown = IopubOutput.Limit(result);
            sockets.Publish(new ExecuteResult(shown, number) { Metadata = shown.Metadata ?? [] }, request);
        }
        if (reply.Error is not { } error)
        {
            return new CellReply(
                new ExecuteReply(number) { Payload = [], UserExpressions = expressions },
                reply.Result?.Data.GetValueOrDefault(MimeTypes.PlainText));
        }
        var traceback = TracebackColours.Apply(error);
        if (!cell.Silent)
        {
            sockets.Publish(new ErrorMessage(error.Name, error.Value, traceback, error.Line), request);
        }
        return new CellReply(new ExecuteReply(number)
        {
            Status = ReplyContent.Error,
            Ename = error.Name,
            Evalue = error.Value,
            Traceback = traceback,
            Payload = [],
            UserExpressions = [],
        });
    }

    private static async Task<JsonObject> EvaluateAsync(
        ILanguageSession session, IReadOnlyDictionary<string, string> expressions, CancellationToken cancellationToken)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in expressions)
        {
            var reply = await session.ExecuteAsync(expression, new NoOutput(), cancellationToken).ConfigureAwait(false);
            var value = reply.Result ?? new MimeBundle(MimeTypes.PlainText, "");
            values[name] = reply.Error is { } error
                ? new JsonObject
                {
                    ["status"] = ReplyContent.Error,
                    ["ename"] = error.Name,
                    ["evalue"] = error.Value,
                    ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
                }
                : new JsonObject
                {
                    ["status"] = ReplyContent.Ok,
                    ["data"] = MessageJson.ToNode(value),
                    ["metadata"] = value.Metadata?.DeepClone() ?? new JsonObject(),
                };
        }
        return values;
    }

    private CancellationTokenSource BeginInterruptible()
    {
        lock (gate)
        {
            return running = new CancellationTokenSource();
        }
    }

    private void EndInterruptible()
    {
        lock (gate)
        {
            running = null;
        }
    }
}

/// <summary>The reply to a cell, and its result as the history keeps it.</summary>
internal sealed record CellReply(ExecuteReply Content, string? Result = null);
