using System.Threading.Channels;
using Course.Notebooks.Jupyter.Messages;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>Acts upon a request.</summary>
/// <returns>The reply, or <see langword="null"/> when the protocol has none.</returns>
internal delegate Task<MessageContent?> RequestHandler(KernelRequest request);

/// <summary>
/// Requests that are served one after another. The kernel has three lanes, so that a question about the code is answered and an
/// interrupt heard while a cell runs.
/// </summary>
internal sealed class RequestLane(StatusReporter status, string session, Action<string> log)
{
    private readonly Channel<(KernelRequest Request, RequestHandler Handler)> waiting =
        Channel.CreateUnbounded<(KernelRequest, RequestHandler)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Appends a request.</summary>
    public void Add(KernelRequest request, RequestHandler handler) => waiting.Writer.TryWrite((request, handler));

    /// <summary>Lets the lane end after what waits.</summary>
    public void Complete() => waiting.Writer.TryComplete();

    /// <summary>Serves requests until <see cref="Complete"/>.</summary>
    public async Task ServeAsync()
    {
        await foreach (var (request, handler) in waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            status.Begin(request.Message);
            if (await AnswerAsync(request, handler).ConfigureAwait(false) is { } reply)
            {
                request.Socket.Send(request.Message.Answer(reply, session));
            }
            status.End(request.Message);
        }
    }

    private async Task<MessageContent?> AnswerAsync(KernelRequest request, RequestHandler handler)
    {
        try
        {
            return await handler(request).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A defect of the kernel or of the language: whoever waits for an answer gets one, and the kernel lives.
            var type = request.Message.Header.MsgType;
            log($"{type} failed: {e}");
            return type.EndsWith("_request", StringComparison.Ordinal)
                ? new FailedReply
                {
                    Type = type.Replace("_request", "_reply", StringComparison.Ordinal),
                    Status = ReplyContent.Error,
                    Ename = e.GetType().FullName,
                    Evalue = e.Message,
                    Traceback = [e.Message],
                }
                : null;
        }
    }
}
