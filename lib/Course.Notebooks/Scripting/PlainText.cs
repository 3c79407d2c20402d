using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.Formatting.TabularData;

namespace Course.Notebooks.Scripting;

/// <summary>The text form of a value that is shown in another form.</summary>
internal static partial class PlainText
{
    private const int MaxHtmlCharacters = 100_000;
    private const int MaxCharacters = 20_000;
    private const int MaxRows = 20;

    /// <summary>The text of a value.</summary>
    /// <param name="value">The value; <see langword="null"/> also when only its other representations are known.</param>
    /// <param name="others">Its other representations, by MIME type.</param>
    public static string Of(object? value, IReadOnlyDictionary<string, string> others)
    {
        var text = value switch
        {
            null when others.Count > 0 => OfRepresentation(others),
            string or LaTeXString or Delegate or MemberInfo => value.ToString()!,
            IHtmlContent or PocketView => OfRepresentation(others),
            TabularDataResource table => OfTable(table),
            Array { Rank: 2 } matrix => OfMatrix(matrix),
            _ => Describe(value),
        };
        return text.Length <= MaxCharacters ? text : text[..MaxCharacters] + "...";
    }

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

    /// <summary>What a reader without a browser needs: of HTML its text, of anything else the thing itself.</summary>
    private static string OfRepresentation(IReadOnlyDictionary<string, string> others)
    {
        var (mimeType, content) = others.FirstOrDefault(other => other.Key == HtmlFormatter.MimeType);
        if (content is null)
        {
            return others.Count > 0 ? others.First().Value : "";
        }
        if (content.Length > MaxHtmlCharacters)
        {
            return mimeType;
        }
        var text = WebUtility.HtmlDecode(Tag().Replace(ScriptOrStyle().Replace(content, ""), " "));
        text = Blank().Replace(text, " ").Trim();
        return text.Length > 0 ? text : mimeType;
    }

    private static string OfTable(TabularDataResource table)
    {
        var names = table.Schema.Fields.Select(field => field.Name).ToArray();
        var rows = table.Data.Select(row => row.ToDictionary(entry => entry.Key, entry => entry.Value))
            .Select(row => names.Select(name => Describe(row.GetValueOrDefault(name)).ReplaceLineEndings(" ")).ToArray())
            .ToArray();
        string[][] shown = [names, .. rows.Take(MaxRows)];
        var widths = names.Select((_, column) => shown.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in shown)
        {
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }
        return text.Append(More(rows.Length)).ToString().TrimEnd('\n');
    }

    private static string OfMatrix(Array matrix)
    {
        var text = new StringBuilder();
        for (var row = 0; row < Math.Min(matrix.GetLength(0), MaxRows); row++)
        {
            var cells = Enumerable.Range(0, Math.Min(matrix.GetLength(1), MaxRows)).Select(column =>
                Describe(matrix.GetValue(row + matrix.GetLowerBound(0), column + matrix.GetLowerBound(1))));
            text.Append($"[ {string.Join(", ", cells)}{More(matrix.GetLength(1))} ]\n");
        }
        return text.Append(More(matrix.GetLength(0))).ToString().TrimEnd('\n');
    }

    private static string More(int count) =>
        count <= MaxRows ? "" : string.Create(CultureInfo.InvariantCulture, $" ... ({count - MaxRows} more)");

    [GeneratedRegex(@"<(script|style)\b[^>]*>.*?</\1\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex ScriptOrStyle();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
