using System.Buffers;
using System.Globalization;
using System.Text;

namespace Course.Tokenization;

/// <summary>The four kinds of characters that the pre-split rules tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Everything else: punctuation, symbols, marks, control characters, lone surrogates.</summary>
    Other,

    /// <summary><c>\p{L}</c>.</summary>
    Letter,

    /// <summary><c>\p{N}</c>.</summary>
    Number,

    /// <summary><c>\s</c>.</summary>
    Space,
}

/// <summary>Looks up the class of characters, whole surrogate pairs included.</summary>
internal static class CharacterClasses
{
    // One byte for each character of the basic plane: a look-up is several times faster than asking for the category.
    private static readonly CharacterClass[] BasicPlane = BuildBasicPlane();

    /// <summary>The class of the character at <paramref name="index"/>, and how many UTF-16 units it takes (1 or 2).</summary>
    public static CharacterClass At(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 1;
        var c = text[index];
        return char.IsHighSurrogate(c) ? OfPair(text[index..], out width) : BasicPlane[c];
    }

    /// <summary>
    /// The end of the run of characters of one class that begins at <paramref name="index"/> (which may be an empty run).
    /// </summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int index, CharacterClass wanted)
    {
        while (index < text.Length && At(text, index, out var width) == wanted)
        {
            index += width;
        }

        return index;
    }

    private static CharacterClass OfPair(ReadOnlySpan<char> text, out int width)
    {
        return Rune.DecodeFromUtf16(text, out var rune, out width) == OperationStatus.Done
            ? Of(Rune.GetUnicodeCategory(rune))
            : CharacterClass.Other;
    }

    private static CharacterClass[] BuildBasicPlane()
    {
        var classes = new CharacterClass[char.MaxValue + 1];
        for (var c = 0; c < classes.Length; c++)
        {
            classes[c] = char.IsWhiteSpace((char)c) ? CharacterClass.Space : Of(char.GetUnicodeCategory((char)c));
        }

        return classes;
    }

    private static CharacterClass Of(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
            => CharacterClass.Number,
        _ => CharacterClass.Other,
    };
}
