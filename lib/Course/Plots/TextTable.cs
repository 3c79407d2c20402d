using System.Net;
using System.Text;
using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>A small table of texts.</summary>
internal sealed record TextTable(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>
    /// At most <paramref name="most"/> indices out of <paramref name="count"/>, evenly spread, with the first and the last.
    /// </summary>
    public static IEnumerable<int> Sample(int count, int most) => count <= most
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, most).Select(i => (int)Math.Round(i * (count - 1.0) / (most - 1)));

    public string ToHtml()
    {
        var html = new StringBuilder("<table><thead><tr>");
        foreach (var cell in Header)
        {
            html.Append("<th>").Append(Escape(cell)).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in Rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
            {
                html.Append("<td>").Append(Escape(cell)).Append("</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }

    public string ToText()
    {
        var lines = Rows.Prepend(Header).Select(row => row.Select(Label.Visible).ToArray()).ToArray();
        var widths = Enumerable.Range(0, Header.Count).Select(i => lines.Max(l => l[i].Length)).ToArray();
        return string.Join('\n', lines.Select(line =>
            string.Join("  ", line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd()));
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(Label.Visible(text));
}
