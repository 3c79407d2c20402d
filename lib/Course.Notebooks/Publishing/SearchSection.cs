using System.Text;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Publishing;

/// <summary>A heading and the text below it, as the search sees them.</summary>
/// <param name="heading">The heading.</param>
/// <param name="anchor">Its name in the page; empty for the beginning of the page.</param>
internal sealed partial class SearchSection(string heading, string anchor)
{
    private readonly StringBuilder text = new();

    /// <summary>The heading.</summary>
    public string Heading { get; } = heading;

    /// <summary>Its name in the page.</summary>
    public string Anchor { get; } = anchor;

    /// <summary>The text below the heading, on one line.</summary>
    public string Text => text.ToString();

    /// <summary>Appends a paragraph.</summary>
    public void Add(string paragraph)
    {
        var squeezed = Squeeze(paragraph);
        if (squeezed.Length > 0)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(squeezed);
        }
    }

    /// <summary>A text with single spaces.</summary>
    public static string Squeeze(string text) => WhiteSpace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
