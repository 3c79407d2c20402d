using System.Net;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>What a reader reads of HTML: its text, without tags, scripts, styles, pictures and their identifiers.</summary>
internal static class HtmlText
{
    private static readonly Regex Unread = Linear(
        @"<!--.*?-->|<script(\s[^>]*)?>.*?</script>|<style(\s[^>]*)?>.*?</style>|<svg(\s[^>]*)?>.*?</svg>");

    private static readonly Regex Block = Linear(
        @"</?(p|div|tr|li|ul|ol|table|h[1-6]|pre|details|summary|figure|figcaption)(\s[^>]*)?>|<br\s*/?>");

    private static readonly Regex Tag = Linear("<[^>]*>");

    /// <summary>The text, a line for each block or row.</summary>
    public static string Of(string html)
    {
        var text = Tag.Replace(Block.Replace(Unread.Replace(html, " "), "\n"), " ");
        return string.Join('\n', WebUtility.HtmlDecode(text).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    // None of these backtracks: an output is somebody else's text, of any length.
    private static Regex Linear(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
