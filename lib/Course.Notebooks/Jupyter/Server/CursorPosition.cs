namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// Jupyter counts code points, C# strings count UTF-16 code units: they differ after each character outside the basic plane.
/// </summary>
internal static class CursorPosition
{
    /// <summary>Where a code point begins, in UTF-16 code units; beyond the end means the end.</summary>
    public static int ToUtf16(string text, int codePoints)
    {
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (codePoints-- <= 0)
            {
                break;
            }
            // Half of a surrogate pair that stands alone is reported as U+FFFD, which is one unit long, too.
            position += rune.Utf16SequenceLength;
        }
        return position;
    }

    /// <summary>How many code points lie before a UTF-16 position.</summary>
    public static int ToCodePoints(string text, int position) =>
        text.AsSpan(0, Math.Clamp(position, 0, text.Length)).EnumerateRunesCount();

    private static int EnumerateRunesCount(this ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }
        return count;
    }
}
