using System.Text;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>
/// A line of output, taken apart into words and numbers. What differs with every run is replaced by its kind: times and rates
/// (<c>12.3 s</c>, <c>26,379 tokens/s</c>, <c>0:01:05</c>, dates), identifiers (GUIDs) and addresses (<c>0x7f…</c>).
/// </summary>
internal sealed partial class PrintedLine
{
    private PrintedLine(IReadOnlyList<object> parts) => Parts = parts;

    /// <summary>Text (<see cref="string"/>, white space evened out) and <see cref="PrintedNumber"/>s in turn.</summary>
    public IReadOnlyList<object> Parts { get; }

    /// <summary>Takes a line apart.</summary>
    public static PrintedLine Parse(string line)
    {
        var parts = new List<object>();
        var words = new StringBuilder();
        var end = 0;
        foreach (Match match in Token().Matches(line))
        {
            words.Append(line, end, match.Index - end);
            end = match.Index + match.Length;
            if (Changing(match) is { } kind)
            {
                words.Append(kind);
            }
            else
            {
                Flush();
                parts.Add(PrintedNumber.Parse(match.Value, Percent().IsMatch(line[end..])));
            }
        }
        words.Append(line, end, line.Length - end);
        Flush();
        return new PrintedLine(parts);

        void Flush()
        {
            var text = Spaces().Replace(Rules().Replace(words.ToString(), "─"), " ").Trim();
            if (text.Length > 0)
            {
                parts.Add(text);
            }
            words.Clear();
        }
    }

    private static string? Changing(Match token) =>
        token.Groups["date"].Success ? "<date>"
        : token.Groups["clock"].Success ? "<time>"
        : token.Groups["guid"].Success ? "<id>"
        : token.Groups["address"].Success ? "<address>"
        : token.Groups["rate"].Success ? "<rate>"
        : token.Groups["duration"].Success ? "<time>"
        : null;

    [GeneratedRegex("""
        (?<date>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)
        |(?<clock>\b\d{1,3}:\d\d:\d\d(\.\d+)?(?!\w))
        |(?<guid>\b[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)
        |(?<address>\b0[xX][0-9a-fA-F]+\b)
        |(?<![\p{L}\d_.])(?<number>([-+−](?=[\d.]))?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d+)?)
            ((?<rate>\s?\p{L}*/(s|sec|second|min|h)\b)
            |(?<duration>\s?(ns|[uµμ]s|ms|s|sec|secs|second|seconds|min|minute|minutes|h|hour|hours)(?![\p{L}\d/]))
            |(?![\p{L}\d_]|\.\d))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex(@"\A\s?%")]
    private static partial Regex Percent();

    // The lines of a table are as long as its columns are wide.
    [GeneratedRegex("[─━═]{2,}|-{3,}|={3,}")]
    private static partial Regex Rules();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
