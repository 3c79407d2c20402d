using System.Text;
using Course.Alignment.Assistants;
using Course.Tokenization;

namespace Course.Serving;

/// <summary>Answers in the shape of the OpenAI interface.</summary>
/// <param name="model">The model's name.</param>
/// <param name="tokenizer">Knows the tokens.</param>
/// <param name="withProbabilities">Whether the tokens' log-probabilities are told.</param>
internal sealed class CompletionJson(string model, ITokenizer tokenizer, bool withProbabilities)
{
    // JSON knows no −∞; p = 0 to any precision.
    private const double Never = -9999;

    private readonly string id = $"chatcmpl-{Guid.NewGuid():N}";
    private readonly long created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>A whole answer.</summary>
    public object Whole(Answer answer, IReadOnlyList<AnswerPiece> pieces) => new
    {
        id,
        @object = "chat.completion",
        created,
        model,
        choices = new[]
        {
            new
            {
                index = 0,
                message = new { role = "assistant", content = answer.Text, refusal = (string?)null },
                logprobs = Probabilities(pieces),
                finish_reason = Reason(answer),
            },
        },
        usage = Usage(answer),
    };

    /// <summary>The first event of a stream: who speaks.</summary>
    public object Opening() => Chunk(new { role = "assistant", content = "" }, null, null);

    /// <summary>A piece of the answer.</summary>
    public object Piece(AnswerPiece piece) => Chunk(new { content = piece.Text }, Probabilities([piece]), null);

    /// <summary>The end of the answer.</summary>
    public object Closing(Answer answer) => Chunk(new { }, null, Reason(answer));

    /// <summary>The numbers of tokens, as the last event.</summary>
    public object UsageOnly(Answer answer) => new
    {
        id,
        @object = "chat.completion.chunk",
        created,
        model,
        choices = Array.Empty<object>(),
        usage = Usage(answer),
    };

    private static string Reason(Answer answer) => answer.End == AnswerEnd.Complete ? "stop" : "length";

    private static object Usage(Answer answer) => new
    {
        prompt_tokens = answer.PromptTokens,
        completion_tokens = answer.AnswerTokens,
        total_tokens = answer.PromptTokens + answer.AnswerTokens,
    };

    private object Chunk(object delta, object? logprobs, string? finish_reason) => new
    {
        id,
        @object = "chat.completion.chunk",
        created,
        model,
        choices = new[] { new { index = 0, delta, logprobs, finish_reason } },
    };

    private object? Probabilities(IReadOnlyList<AnswerPiece> pieces) => withProbabilities
        ? new
        {
            content = pieces.Where(piece => piece.Chosen is not null).Select(piece => new
            {
                token = TextOf(piece.Chosen!.Token),
                logprob = Math.Max(piece.Chosen.LogProbability, Never),
                bytes = BytesOf(piece.Chosen.Token),
                top_logprobs = piece.Likeliest.Select(chance => new
                {
                    token = TextOf(chance.Token),
                    logprob = Math.Max(chance.LogProbability, Never),
                    bytes = BytesOf(chance.Token),
                }).ToArray(),
            }).ToArray(),
            refusal = (object?)null,
        }
        : null;

    private string TextOf(int token) => Encoding.UTF8.GetString(tokenizer.BytesOf(token));

    private int[] BytesOf(int token) => [.. tokenizer.BytesOf(token).ToArray().Select(b => (int)b)];
}
