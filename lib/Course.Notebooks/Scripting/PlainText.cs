using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace Course.Notebooks.Scripting;

/// <summary>The text form of a value that is shown in another form.</summary>
internal static partial class PlainText
{
    private const int MaxHtmlCharacters = 100_000;

    /// <summary>The text of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="others">Its other representations, by MIME type.</param>
    public static string Of(object? value, IReadOnlyDictionary<string, string> others) => value switch
    {
        string text => text,
        LaTeXString latex => latex.ToString(),
        IHtmlContent or PocketView => OfHtml(others.GetValueOrDefault(HtmlFormatter.MimeType)) ?? value.GetType().Name,
        _ => Describe(value),
    };

    private static string Describe(object? value)
    {
        try
        {
            return value.ToDisplayString(PlainTextFormatter.MimeType);
        }
        catch (Exception) when (value is not null)
        {
            // The value was shown; that its properties cannot all be read as text must not turn success into failure.
            return value.ToString() ?? value.GetType().Name;
        }
    }

    /// <summary>What a reader without a browser needs of an HTML fragment: its text.</summary>
    private static string? OfHtml(string? html)
    {
        if (html is null || html.Length > MaxHtmlCharacters)
        {
            return null;
        }
        var text = WebUtility.HtmlDecode(Tag().Replace(ScriptOrStyle().Replace(html, ""), " "));
        text = Blank().Replace(text, " ").Trim();
        return text.Length > 0 ? text : null;
    }

    [GeneratedRegex(@"<(script|style)\b[^>]*>.*?</\1\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex ScriptOrStyle();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
