using System.Text.RegularExpressions;

namespace Course.Notebooks.Execution;

/// <summary>Text with the colours of a terminal (ECMA-48 control sequences).</summary>
internal static partial class AnsiText
{
    /// <summary>The text alone.</summary>
    public static string Plain(string text) => text.Contains('\u001b', StringComparison.Ordinal) ? Sequence().Replace(text, "") : text;

    // CSI … final byte (colours, cursor), OSC … BEL or ST (links, titles), and the short sequences of two characters.
    [GeneratedRegex(@"\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)|[@-Z\\^_])")]
    private static partial Regex Sequence();
}
