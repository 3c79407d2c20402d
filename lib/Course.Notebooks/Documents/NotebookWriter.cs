using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Documents;

/// <summary>
/// Writes JSON as the Python package nbformat does (one space per level, non-ASCII as it is, a final line break), so that a
/// notebook saved here and in Jupyter differs only where its content does. System.Text.Json's own writer escapes emoji and
/// several other characters whatever encoder it is given; hence this one.
/// </summary>
internal static class NotebookWriter
{
    /// <summary>The text of a notebook file. Texts are put into their array form in a copy; the document stays as it is.</summary>
    public static string Write(JsonObject document)
    {
        var normalised = document.DeepClone().AsObject();
        foreach (var cell in normalised["cells"]!.AsArray())
        {
            SplitTexts(cell!.AsObject());
        }
        var text = new StringBuilder();
        Append(text, normalised, level: 0);
        return text.Append('\n').ToString();
    }

    private static void SplitTexts(JsonObject cell)
    {
        Split(cell, "source");
        if (cell["outputs"] is not JsonArray outputs)
        {
            return;
        }
        foreach (var output in outputs.Select(output => output!.AsObject()))
        {
            if (output["output_type"]!.GetValue<string>() == "stream")
            {
                Split(output, "text");
            }
            else if (output["data"] is JsonObject data)
            {
                foreach (var mimeType in data.Select(pair => pair.Key).Where(MimeTypes.IsLines).ToArray())
                {
                    Split(data, mimeType);
                }
            }
        }
    }

    private static void Split(JsonObject parent, string name)
    {
        if (MultilineText.IsText(parent[name]))
        {
            parent[name] = MultilineText.ToLines(MultilineText.Read(parent[name]));
        }
    }

    private static void Append(StringBuilder text, JsonNode? node, int level)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject { Count: 0 }:
                text.Append("{}");
                break;
            case JsonArray { Count: 0 }:
                text.Append("[]");
                break;
            case JsonObject json:
                var opening = '{';
                foreach (var (name, value) in json)
                {
                    text.Append(opening).Append('\n').Append(' ', level + 1);
                    AppendString(text, name);
                    text.Append(": ");
                    Append(text, value, level + 1);
                    opening = ',';
                }
                text.Append('\n').Append(' ', level).Append('}');
                break;
            case JsonArray array:
                opening = '[';
                foreach (var value in array)
                {
                    text.Append(opening).Append('\n').Append(' ', level + 1);
                    Append(text, value, level + 1);
                    opening = ',';
                }
                text.Append('\n').Append(' ', level).Append(']');
                break;
            default:
                if (node.GetValueKind() == JsonValueKind.String)
                {
                    AppendString(text, node.GetValue<string>());
                }
                else
                {
                    text.Append(node.ToJsonString());   // numbers keep their digits: 1.0 stays 1.0
                }
                break;
        }
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
