using System.Text.Json.Nodes;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Documents;

/// <summary>
/// A view of one output of a code cell: <c>stream</c>, <c>display_data</c>, <c>execute_result</c> or <c>error</c>. The JSON
/// beneath is the truth.
/// </summary>
/// <param name="json">The output as nbformat stores it.</param>
public sealed class CellOutput(JsonObject json)
{
    /// <summary>The output as nbformat stores it.</summary>
    public JsonObject Json { get; } = json;

    /// <summary><c>stream</c>, <c>display_data</c>, <c>execute_result</c> or <c>error</c>.</summary>
    public string Type => Json["output_type"]!.GetValue<string>();

    /// <summary>Of a stream: <c>stdout</c> or <c>stderr</c>; of an error: the exception's type.</summary>
    public string? Name => (Json["name"] ?? Json["ename"])?.GetValue<string>();

    /// <summary>Of a stream: the text; of an error: the message.</summary>
    public string? Text => Type switch
    {
        "stream" => MultilineText.Read(Json["text"]),
        "error" => Json["evalue"]?.GetValue<string>(),
        _ => null,
    };

    /// <summary>Of an error: the lines for people.</summary>
    public IReadOnlyList<string> Traceback =>
        Json["traceback"] is JsonArray lines ? [.. lines.Select(line => line!.GetValue<string>())] : [];

    /// <summary>Of a display or a result: the representations by MIME type.</summary>
    public MimeBundle? Bundle
    {
        get
        {
            if (Json["data"] is not JsonObject data)
            {
                return null;
            }
            var content = new Dictionary<string, string>(data.Count);
            foreach (var (mimeType, value) in data)
            {
                content[mimeType] = MimeTypes.IsJson(mimeType) || !MultilineText.IsText(value)
                    ? value?.ToJsonString() ?? "null"
                    : MultilineText.Read(value);
            }
            return new MimeBundle(content);
        }
    }

    /// <summary>Text written to standard output or standard error.</summary>
    public static CellOutput Stream(string name, string text) => new(new JsonObject
    {
        ["name"] = name,
        ["output_type"] = "stream",
        ["text"] = MultilineText.ToLines(text),
    });

    /// <summary>A value that was displayed.</summary>
    public static CellOutput Display(MimeBundle bundle) => new(new JsonObject
    {
        ["data"] = ToJson(bundle),
        ["metadata"] = bundle.Metadata?.DeepClone() ?? new JsonObject(),
        ["output_type"] = "display_data",
    });

    /// <summary>The value of the cell's last expression.</summary>
    public static CellOutput Result(MimeBundle bundle, int executionCount) => new(new JsonObject
    {
        ["data"] = ToJson(bundle),
        ["execution_count"] = executionCount,
        ["metadata"] = bundle.Metadata?.DeepClone() ?? new JsonObject(),
        ["output_type"] = "execute_result",
    });

    /// <summary>What stopped the cell.</summary>
    public static CellOutput Error(KernelError error) => new(new JsonObject
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Value,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
    });

    /// <summary>Replaces what a display shows, after an <c>update_display_data</c> message.</summary>
    internal void Update(MimeBundle bundle) => Json["data"] = ToJson(bundle);

    private static JsonObject ToJson(MimeBundle bundle)
    {
        var data = new JsonObject();
        foreach (var (mimeType, content) in bundle.Data)
        {
            data[mimeType] = MimeTypes.IsJson(mimeType) ? ParseOrText(content)
                : MimeTypes.IsLines(mimeType) ? MultilineText.ToLines(content)
                : content;
        }
        return data;
    }

    // A cell may publish anything under a JSON type. What is not JSON is kept as a string rather than lost.
    private static JsonNode? ParseOrText(string content)
    {
        try
        {
            return JsonNode.Parse(content, documentOptions: NotebookReader.JsonOptions);
        }
        catch (System.Text.Json.JsonException)
        {
            return content;
        }
    }
}
