using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Notebooks.Documents;

/// <summary>
/// The <c>multiline_string</c> of nbformat: a text stored as one string or as an array of lines that each keep their line
/// break. Concatenating the array gives the text back, so the two forms are equal; files hold the array because one
/// changed line is then one changed line in a diff.
/// </summary>
internal static class MultilineText
{
    /// <summary>The text of a node that is a string, an array of strings, or absent.</summary>
    public static string Read(JsonNode? node)
    {
        if (node is not JsonArray lines)
        {
            return node?.GetValue<string>() ?? "";
        }
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line!.GetValue<string>());
        }
        return text.ToString();
    }

    /// <summary>Whether a node is a string or an array of strings.</summary>
    public static bool IsText(JsonNode? node) =>
        IsString(node) || (node is JsonArray lines && lines.All(IsString));

    /// <summary>The array form, one element per line; the empty text has none.</summary>
    public static JsonArray ToLines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var lineBreak = text.IndexOf('\n', start);
            var end = lineBreak < 0 ? text.Length : lineBreak + 1;
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }
        return lines;
    }

    private static bool IsString(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;
}
