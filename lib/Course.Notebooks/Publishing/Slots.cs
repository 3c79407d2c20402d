using System.Globalization;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Publishing;

/// <summary>
/// Keeps HTML that the book itself made (formulas, coloured code, checked drawings) away from the sanitiser: an empty element stands
/// in its place until all else is clean. Whoever writes such an element into a notebook gets only what the book has made anyway.
/// </summary>
internal sealed partial class Slots
{
    /// <summary>The element's name.</summary>
    public const string Tag = "x-slot";

    /// <summary>The attribute that says which piece belongs there.</summary>
    public const string Attribute = "n";

    private readonly List<string> pieces = [];

    /// <summary>Keeps a piece of HTML.</summary>
    /// <returns>The element that stands for it.</returns>
    public string Keep(string html)
    {
        pieces.Add(html);
        return $"<{Tag} {Attribute}=\"{(pieces.Count - 1).ToString(CultureInfo.InvariantCulture)}\"></{Tag}>";
    }

    /// <summary>Puts the pieces where their elements stand. In attributes quotes are escaped, so an element there is not one.</summary>
    public string Fill(string html) => Slot().Replace(html, match =>
        int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < pieces.Count ? pieces[index] : "");

    [GeneratedRegex("<x-slot n=\"([0-9]{1,6})\"></x-slot>")]
    private static partial Regex Slot();
}
