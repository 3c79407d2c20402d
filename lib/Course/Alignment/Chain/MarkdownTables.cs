using System.Net;
using System.Text;

namespace Course.Alignment.Chain;

/// <summary>The little Markdown that reports are written in, as HTML: paragraphs, and tables whose second line is the ruler.</summary>
internal static class MarkdownTables
{
    public static string ToHtml(string markdown)
    {
        var html = new StringBuilder();
        foreach (var block in markdown.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var lines = block.Split('\n');
            if (lines.Length > 1 && lines[0].StartsWith('|') && lines[1].StartsWith("|---", StringComparison.Ordinal))
            {
                html.Append("<table><thead>").Append(Row(lines[0], "th")).Append("</thead><tbody>");
                foreach (var line in lines.Skip(2))
                {
                    html.Append(Row(line, "td"));
                }

                html.Append("</tbody></table>");
            }
            else
            {
                html.Append("<p>").Append(WebUtility.HtmlEncode(block)).Append("</p>");
            }
        }

        return html.ToString();
    }

    private static string Row(string line, string tag) =>
        $"<tr>{string.Concat(line.Trim().Trim('|').Split('|').Select(cell => $"<{tag}>{WebUtility.HtmlEncode(cell.Trim())}</{tag}>"))}</tr>";
}
