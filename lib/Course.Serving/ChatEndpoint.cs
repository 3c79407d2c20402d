using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Course.Alignment.Assistants;
using Microsoft.AspNetCore.Http;

namespace Course.Serving;

/// <summary><c>POST /v1/chat/completions</c>: waits for a turn, has the question answered, and sends the answer whole or as it comes.</summary>
/// <param name="shelf">The models.</param>
/// <param name="options">The limits.</param>
/// <param name="turns">Lets as many answer at the same time as there are assistants.</param>
internal sealed class ChatEndpoint(ModelShelf shelf, ServerOptions options, ConcurrencyLimiter turns)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task HandleAsync(HttpContext context)
    {
        if (!(context.Request.ContentType ?? "").StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            // A page of another site can send text without asking, but not JSON.
            throw new ApiException(415, "unsupported_media_type", "Send the request as application/json.");
        }

        var request = ChatRequest.Parse(await ReadAsync(context), options.MaxTokens);
        var model = request.Model ?? shelf.Names[0];
        if (!shelf.Names.Contains(model))
        {
            throw new ApiException(404, "model_not_found", $"There is no model '{model}', only {string.Join(", ", shelf.Names)}.", "model");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(options.AnswerTimeout);
        try
        {
            using var turn = await turns.AcquireAsync(1, limit.Token);
            if (!turn.IsAcquired)
            {
                context.Response.Headers.RetryAfter = "1";
                throw new ApiException(429, "too_many_requests", "All places are taken. Try again in a second.");
            }

            using var loan = await shelf.BorrowAsync(model, options.MaxParallel, limit.Token);
            var json = new CompletionJson(model, loan.Assistant.Tokenizer, request.WithProbabilities);
            await (request.Stream ? StreamAsync(context, request, loan, json, limit.Token) : AnswerAsync(context, request, loan.Assistant, json, limit.Token));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ApiException(504, "timeout", $"The answer was not ready after {options.AnswerTimeout.TotalSeconds:F0} seconds. Ask for fewer tokens.");
        }
    }

    private static async Task AnswerAsync(HttpContext context, ChatRequest request, Assistant assistant, CompletionJson json, CancellationToken cancellation)
    {
        var pieces = new List<AnswerPiece>();
        var answer = await Task.Run(() => Answer(assistant, request, pieces.Add, cancellation), CancellationToken.None);
        await context.Response.WriteAsJsonAsync(json.Whole(answer, pieces), Json, cancellation);
    }

    private static async Task StreamAsync(HttpContext context, ChatRequest request, ModelShelf.Loan loan, CompletionJson json, CancellationToken cancellation)
    {
        // As many pieces as the answer may have tokens: a slow reader keeps no assistant waiting.
        var pieces = Channel.CreateUnbounded<AnswerPiece>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var answering = Task.Run(
            () =>
            {
                try
                {
                    return Answer(loan.Assistant, request, piece => pieces.Writer.TryWrite(piece), cancellation);
                }
                finally
                {
                    loan.Dispose();
                    pieces.Writer.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            // The first token, or the reason why there is none: an error can still have its status.
            if (!await pieces.Reader.WaitToReadAsync(cancellation))
            {
                await answering;
            }

            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            await SendAsync(context, json.Opening(), cancellation);
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellation))
            {
                await SendAsync(context, json.Piece(piece), cancellation);
            }

            var answer = await answering;
            await SendAsync(context, json.Closing(answer), cancellation);
            if (request.IncludeUsage)
            {
                await SendAsync(context, json.UsageOnly(answer), cancellation);
            }

            await context.Response.WriteAsync("data: [DONE]\n\n", cancellation);
        }
        finally
        {
            // Whoever hangs up leaves nobody writing for nothing.
            await ((Task)answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Answer Answer(Assistant assistant, ChatRequest request, Action<AnswerPiece> onPiece, CancellationToken cancellation)
    {
        try
        {
            return assistant.Answer(request.Conversation, request.Options, onPiece, cancellation);
        }
        catch (ArgumentException e)
        {
            throw new ApiException(400, "context_length_exceeded", e.Message, "messages");
        }
    }

    private static async Task SendAsync(HttpContext context, object value, CancellationToken cancellation)
    {
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(value, Json)}\n\n", Encoding.UTF8, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 0, 0, options.MaxBodyBytes));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
