using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// One message between the executor and a kernel. Names and members are those of the Jupyter protocol
/// (jupyter-client.readthedocs.io, "Messaging in Jupyter"), reduced to what running a notebook needs.
/// </summary>
/// <param name="Id"><c>header.msg_id</c>.</param>
/// <param name="ParentId"><c>parent_header.msg_id</c>: the request that caused this message.</param>
/// <param name="Content">What is said.</param>
internal sealed record KernelMessage(string Id, string? ParentId, MessageContent Content)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 256,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new MimeBundleConverter() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["kernel_info_request"] = typeof(KernelInfoRequest),
        ["kernel_info_reply"] = typeof(KernelInfoReply),
        ["execute_request"] = typeof(ExecuteRequest),
        ["execute_reply"] = typeof(ExecuteReply),
        ["stream"] = typeof(StreamText),
        ["display_data"] = typeof(DisplayData),
        ["update_display_data"] = typeof(UpdateDisplayData),
        ["execute_result"] = typeof(ExecuteResult),
        ["error"] = typeof(ErrorReport),
        ["clear_output"] = typeof(ClearOutput),
        ["interrupt_request"] = typeof(InterruptRequest),
        ["interrupt_reply"] = typeof(InterruptReply),
        ["shutdown_request"] = typeof(ShutdownRequest),
    };

    private static readonly Dictionary<Type, string> Names = Types.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>A new message with an identifier of its own.</summary>
    public static KernelMessage Create(MessageContent content, string? parentId = null) =>
        new(Guid.NewGuid().ToString("N"), parentId, content);

    /// <summary>The message as UTF-8 JSON.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["header"] = new JsonObject { ["msg_id"] = Id, ["msg_type"] = Names[Content.GetType()] },
        ["parent_header"] = ParentId is null ? new JsonObject() : new JsonObject { ["msg_id"] = ParentId },
        ["content"] = JsonSerializer.SerializeToNode(Content, Content.GetType(), Json),
    }, Json);

    /// <summary>Reads a message.</summary>
    /// <returns>The message, or <see langword="null"/> when its type is unknown (a newer peer): such a message is ignored.</returns>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public static KernelMessage? FromBytes(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var root = JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.AsObject();
            var header = root["header"]!.AsObject();
            var id = header["msg_id"]!.GetValue<string>();
            return Types.TryGetValue(header["msg_type"]!.GetValue<string>(), out var type)
                ? new KernelMessage(id, (string?)root["parent_header"]?["msg_id"], (MessageContent)root["content"]!.AsObject().Deserialize(type, Json)!)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new InvalidDataException("A kernel message is malformed: " + e.Message, e);
        }
    }

    /// <summary>On the wire a JSON representation is JSON, every other one a string.</summary>
    private sealed class MimeBundleConverter : JsonConverter<MimeBundle>
    {
        public override MimeBundle Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var data = new Dictionary<string, string>();
            foreach (var (mimeType, value) in JsonNode.Parse(ref reader)!.AsObject())
            {
                data[mimeType] = Documents.MimeTypes.IsJson(mimeType)
                    ? value?.ToJsonString(options) ?? "null"
                    : value!.GetValue<string>();
            }
            return new MimeBundle(data);
        }

        public override void Write(Utf8JsonWriter writer, MimeBundle bundle, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (mimeType, content) in bundle.Data)
            {
                writer.WritePropertyName(mimeType);
                if (Documents.MimeTypes.IsJson(mimeType) && IsJson(content))
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
                using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 200 });
                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}

/// <summary>The content of a <see cref="KernelMessage"/>.</summary>
internal abstract record MessageContent;

internal sealed record KernelInfoRequest : MessageContent;

internal sealed record KernelInfoReply(string Implementation, string ProtocolVersion) : MessageContent;

internal sealed record ExecuteRequest(string Code) : MessageContent;

internal sealed record ExecuteReply(string Status, int ExecutionCount) : MessageContent;

internal sealed record StreamText(string Name, string Text) : MessageContent;

internal sealed record Transient(string? DisplayId);

internal sealed record DisplayData(MimeBundle Data, Transient Transient) : MessageContent;

internal sealed record UpdateDisplayData(MimeBundle Data, Transient Transient) : MessageContent;

internal sealed record ExecuteResult(MimeBundle Data, int ExecutionCount) : MessageContent;

/// <summary><c>line</c> is an addition to the protocol: other clients ignore it.</summary>
internal sealed record ErrorReport(string Ename, string Evalue, IReadOnlyList<string> Traceback, int? Line) : MessageContent;

internal sealed record ClearOutput(bool Wait) : MessageContent;

internal sealed record InterruptRequest : MessageContent;

internal sealed record InterruptReply(string Status) : MessageContent;

internal sealed record ShutdownRequest(bool Restart) : MessageContent;
