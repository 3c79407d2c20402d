using System.Text.Json;
using System.Text.Unicode;
using Course.Alignment.Assistants;
using Course.Alignment.Conversations;
using Course.Generation;

namespace Course.Serving;

/// <summary>A request to <c>/v1/chat/completions</c>, checked: nothing in it is believed before it has been looked at.</summary>
/// <param name="Model">The model's name; <see langword="null"/> for the first.</param>
/// <param name="Conversation">What was said so far.</param>
/// <param name="Options">How is answered.</param>
/// <param name="Stream">Whether the answer is sent token by token.</param>
/// <param name="IncludeUsage">Whether the stream ends with the numbers of tokens.</param>
/// <param name="WithProbabilities">Whether the tokens' log-probabilities are told.</param>
internal sealed record ChatRequest(
    string? Model, Conversation Conversation, AnswerOptions Options, bool Stream, bool IncludeUsage, bool WithProbabilities)
{
    private const int MostMessages = 256;
    private const int MostStops = 4;
    private const int LongestStop = 100;

    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 16 };

    // What would change the answer and is not understood must not be passed over in silence.
    private static readonly string[] Unsupported =
        ["tools", "functions", "tool_choice", "function_call", "audio", "modalities", "logit_bias", "web_search_options", "prediction"];

    /// <summary>Reads a request.</summary>
    /// <param name="body">The bytes as they came.</param>
    /// <param name="mostTokens">The most tokens of an answer.</param>
    /// <exception cref="ApiException">It is no such request; the message says why.</exception>
    public static ChatRequest Parse(ReadOnlyMemory<byte> body, int mostTokens)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw new ApiException(400, "invalid_json", "The body is not valid UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(body, Limits);
            return Read(document.RootElement, mostTokens);
        }
        catch (JsonException e)
        {
            throw new ApiException(400, "invalid_json", $"The body is not JSON this server reads (at most {Limits.MaxDepth} levels deep): {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            throw new ApiException(400, "invalid_json", "A string of the body is not Unicode text.");
        }
    }

    private static ChatRequest Read(JsonElement root, int mostTokens)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ApiException(400, "invalid_json", "The body must be a JSON object.");
        }

        var fields = new RequestFields(root);
        foreach (var name in Unsupported)
        {
            if (fields.IsGiven(name))
            {
                throw ApiException.Invalid(name, $"This server does not support '{name}'.");
            }
        }

        if (fields.Integer("n", 1, 128) is > 1)
        {
            throw ApiException.Invalid("n", "This server gives one answer to a request: n must be 1.");
        }

        foreach (var name in new[] { "frequency_penalty", "presence_penalty" })
        {
            if (fields.Number(name, -2, 2) is { } penalty and not 0)
            {
                throw ApiException.Invalid(name, $"This server does not support '{name}': leave it at 0.");
            }
        }

        var withProbabilities = fields.Flag("logprobs");
        var alternatives = fields.Integer("top_logprobs", 0, AnswerOptions.MostAlternatives);
        if (alternatives is not null && !withProbabilities)
        {
            throw ApiException.Invalid("top_logprobs", "top_logprobs needs logprobs to be true.");
        }

        var limit = fields.Integer("max_completion_tokens", 1, int.MaxValue) ?? fields.Integer("max_tokens", 1, int.MaxValue) ?? mostTokens;
        var standard = new AnswerOptions();
        return new ChatRequest(
            fields.Text("model"),
            ReadConversation(root),
            standard with
            {
                MaxTokens = Math.Min(limit, mostTokens),
                Seed = unchecked((int)(fields.Long("seed") ?? Random.Shared.Next())),
                Alternatives = alternatives ?? 0,
                Stop = ReadStops(root),
                Sampling = new SamplingOptions
                {
                    Temperature = fields.Number("temperature", 0, 2) ?? standard.Sampling.Temperature,
                    TopP = fields.Number("top_p", 0, 1) switch { null => standard.Sampling.TopP, 0 => 1e-9, { } share => share },
                },
            },
            fields.Flag("stream"),
            root.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object
                && new RequestFields(options).Flag("include_usage"),
            withProbabilities);
    }

    private static Conversation ReadConversation(JsonElement root)
    {
        if (!root.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.Invalid("messages", "'messages' must be a list of messages.");
        }

        if (messages.GetArrayLength() is 0 or > MostMessages)
        {
            throw ApiException.Invalid("messages", $"There must be 1 to {MostMessages} messages; there are {messages.GetArrayLength()}.");
        }

        try
        {
            var conversation = new Conversation(messages.EnumerateArray().Select((message, i) => ReadMessage(message, i)).ToArray());
            return conversation.IsAnswered
                ? throw ApiException.Invalid("messages", "The last message must be the user's.")
                : conversation;
        }
        catch (ArgumentException e)
        {
            throw ApiException.Invalid("messages", e.Message);
        }
    }

    private static ChatMessage ReadMessage(JsonElement message, int index)
    {
        var place = $"messages[{index}]";
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Invalid(place, "A message is an object with 'role' and 'content'.");
        }

        var role = new RequestFields(message).Text("role") switch
        {
            "system" or "developer" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            var other => throw ApiException.Invalid($"{place}.role", $"The role must be system, developer, user or assistant, not '{other}'."),
        };
        var text = message.TryGetProperty("content", out var content) ? TextOf(content) : null;
        return new ChatMessage(role, text ?? throw ApiException.Invalid($"{place}.content", "The content must be a text, or a list of parts of the type text."));
    }

    private static string? TextOf(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString(),
        JsonValueKind.Array when content.EnumerateArray().All(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && type.GetString() == "text" && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String) =>
            string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString())),
        _ => null,
    };

    private static string[] ReadStops(JsonElement root)
    {
        if (!root.TryGetProperty("stop", out var stop) || stop.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        JsonElement[] all = stop.ValueKind == JsonValueKind.Array ? [.. stop.EnumerateArray()] : [stop];
        return all.Length <= MostStops && all.All(s => s.ValueKind == JsonValueKind.String && s.GetString()!.Length is > 0 and <= LongestStop)
            ? [.. all.Select(s => s.GetString()!)]
            : throw ApiException.Invalid("stop", $"'stop' must be a text or a list of at most {MostStops} texts of 1 to {LongestStop} characters.");
    }
}
