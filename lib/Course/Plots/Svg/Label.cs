using System.Globalization;
using System.Text;

namespace Course.Plots.Svg;

/// <summary>Text inside pictures: what it looks like and how wide it is, without a font at hand.</summary>
internal static class Label
{
    /// <summary>
    /// How much wider than <see cref="Width"/> says a line can be: fonts differ, and what is a line in one must not run over the edge in
    /// another.
    /// </summary>
    public const double WideFont = 1.15;

    private const string Narrow = "iljtfr.,:;|!'`()[] ";
    private const string Wide = "mwMW@%—";

    /// <summary>
    /// Text that every SVG may hold. XML forbids most control characters, and a byte-level tokenizer produces them: they become
    /// their visible symbols, a line feed <c>↵</c>, a tab <c>⇥</c>, half a surrogate pair the replacement character.
    /// </summary>
    public static string Visible(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' => result.Append('↵'),
                '\t' => result.Append('⇥'),
                < 0x20 => result.Append((char)(0x2400 + rune.Value)),
                0x7f => result.Append('␡'),
                >= 0x80 and < 0xa0 or 0xfffe or 0xffff => result.Append('\ufffd'),
                _ => result.Append(rune.ToString()),
            };
        }

        return result.ToString();
    }

    /// <summary>A token's text: as <see cref="Visible"/>, and spaces at its edges, which matter there, are shown as <c>␣</c>.</summary>
    public static string Token(string text)
    {
        var visible = Visible(text);
        var start = visible.Length - visible.TrimStart(' ').Length;
        var end = start == visible.Length ? 0 : visible.Length - visible.TrimEnd(' ').Length;
        return new string('␣', start) + visible[start..(visible.Length - end)] + new string('␣', end);
    }

    /// <summary>The text, cut with an ellipsis to at most <paramref name="length"/> user-perceived characters.</summary>
    public static string Shorten(string text, int length)
    {
        var elements = new StringInfo(text);
        return elements.LengthInTextElements <= length ? text : elements.SubstringByTextElements(0, length - 1) + "…";
    }

    /// <summary>An estimate of a line's width in pixels, from the average widths of a sans-serif font's letters.</summary>
    public static double Width(string text, double size, bool bold = false)
    {
        var ems = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            ems += rune.Value switch
            {
                > 0x2e7f => 1.0,
                _ when Narrow.Contains((char)rune.Value, StringComparison.Ordinal) => 0.31,
                _ when Wide.Contains((char)rune.Value, StringComparison.Ordinal) => 0.88,
                >= 'A' and <= 'Z' => 0.68,
                _ => 0.56,
            };
        }

        return ems * size * (bold ? 1.06 : 1.0);
    }

    /// <summary>Breaks a text at spaces so that no line is wider than <paramref name="width"/>, where words allow it.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size, bool bold = false)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var longer = line.Length == 0 ? word : line + " " + word;
                if (line.Length > 0 && Width(longer, size, bold) > width)
                {
                    lines.Add(line);
                    line = word;
                }
                else
                {
                    line = longer;
                }
            }

            lines.Add(line);
        }

        return lines;
    }
}
