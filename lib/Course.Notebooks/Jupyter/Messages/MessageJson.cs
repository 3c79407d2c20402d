using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Jupyter.Messages;

/// <summary>How the parts of a message are written as JSON, and read from JSON that others wrote.</summary>
internal static class MessageJson
{
    /// <summary>No real message nests deeper; what does is refused before it is turned into objects.</summary>
    private const int MaxDepth = 256;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = MaxDepth,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new MimeBundleConverter(), new BooleanConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A part of a message as UTF-8 JSON.</summary>
    public static byte[] Write<T>(T part) => part switch
    {
        null => "{}"u8.ToArray(),
        UnknownContent unknown => JsonSerializer.SerializeToUtf8Bytes(unknown.Json, Options),
        _ => JsonSerializer.SerializeToUtf8Bytes(part, part.GetType(), Options),
    };

    /// <summary>Representations as a JSON object.</summary>
    public static JsonNode ToNode(MimeBundle bundle) => JsonSerializer.SerializeToNode(bundle, Options)!;

    /// <summary>A header; <see langword="null"/> for the empty object that stands where there is none.</summary>
    /// <exception cref="JsonException">It is no header.</exception>
    public static MessageHeader? ReadHeader(ReadOnlySpan<byte> utf8)
    {
        var json = ReadObject(utf8);
        return json.Count == 0 ? null : json.Deserialize<MessageHeader>(Options);
    }

    /// <summary>The content of a message of a known or unknown type.</summary>
    /// <exception cref="JsonException">It lacks a member, or one has the wrong type.</exception>
    public static MessageContent ReadContent(string type, ReadOnlySpan<byte> utf8)
    {
        var json = ReadObject(utf8);
        var record = MessageTypes.TypeOf(type);
        if (record is null)
        {
            return new UnknownContent(type, json);
        }
        // A reply that is no success has little of what a success says.
        var isFailure = record.IsSubclassOf(typeof(ReplyContent)) && record != typeof(ExecuteReply)
            && json["status"]?.GetValueKind() == JsonValueKind.String && json["status"]!.GetValue<string>() != ReplyContent.Ok;
        return isFailure
            ? json.Deserialize<FailedReply>(Options)! with { Type = type }
            : (MessageContent)json.Deserialize(record, Options)!;
    }

    /// <summary>A JSON object.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static JsonObject ReadObject(ReadOnlySpan<byte> utf8) =>
        JsonNode.Parse(utf8, documentOptions: Strict) as JsonObject ?? throw new JsonException("A JSON object is expected.");

    /// <summary>On the wire a JSON representation is JSON, every other one a string.</summary>
    private sealed class MimeBundleConverter : JsonConverter<MimeBundle>
    {
        public override MimeBundle Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var json = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("Representations are an object by MIME type.");
            var data = new Dictionary<string, string>();
            foreach (var (mimeType, value) in json)
            {
                data[mimeType] = !MimeTypes.IsJson(mimeType) && value?.GetValueKind() == JsonValueKind.String
                    ? value.GetValue<string>()
                    : value?.ToJsonString(options) ?? "null";
            }
            return new MimeBundle(data);
        }

        public override void Write(Utf8JsonWriter writer, MimeBundle bundle, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (mimeType, content) in bundle.Data)
            {
                writer.WritePropertyName(mimeType);
                if (MimeTypes.IsJson(mimeType) && IsJson(content))
                {
                    writer.WriteRawValue(content);
                }
                else
                {
                    writer.WriteStringValue(content);
                }
            }
            writer.WriteEndObject();
        }

        private static bool IsJson(string content)
        {
            try
            {
                using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = MaxDepth - 10 });
                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }

    /// <summary>Some clients send 0 and 1.</summary>
    private sealed class BooleanConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.Number => reader.GetDouble() != 0,
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw new JsonException("A truth value is expected."),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}
