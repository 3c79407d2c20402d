using static Course.Tokenization.CharacterClasses;

namespace Course.Tokenization;

/// <summary>
/// The rule of GPT-4 (cl100k), the regular expression
/// <c>'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// written out as code.
/// </summary>
internal sealed class Gpt4PreSplit() : PreSplit("gpt4")
{
    private const int DigitsInGroup = 3;

    public override int FirstWord(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'' && ContractionLength(text) is var contraction and > 0)
        {
            return contraction;
        }

        var first = At(text, 0, out var width);
        return first switch
        {
            CharacterClass.Letter => EndOfRun(text, width, CharacterClass.Letter),
            CharacterClass.Number => EndOfDigits(text),
            CharacterClass.Other => EndOfLetters(text, width) is var end and > 0 ? end : EndOfSigns(text, width),
            _ => AfterSpace(text),
        };
    }

    private static int AfterSpace(ReadOnlySpan<char> text)
    {
        // One blank belongs to the letters that follow; only an ordinary one to signs; none to digits.
        if (text[0] is not ('\r' or '\n') && EndOfLetters(text, 1) is var letters and > 0)
        {
            return letters;
        }

        if (text[0] == ' ' && text.Length > 1 && At(text, 1, out var width) == CharacterClass.Other)
        {
            return EndOfSigns(text, 1 + width);
        }

        // Blanks up to the last line break; else all but the one that belongs to the next word.
        var end = EndOfRun(text, 1, CharacterClass.Space);
        var lineBreak = text[..end].LastIndexOfAny('\r', '\n');
        if (lineBreak >= 0)
        {
            return lineBreak + 1;
        }

        return end == text.Length || end == 1 ? end : end - 1;
    }

    // The end of the letters at `start`, 0 if there are none.
    private static int EndOfLetters(ReadOnlySpan<char> text, int start)
    {
        var end = EndOfRun(text, start, CharacterClass.Letter);
        return end == start ? 0 : end;
    }

    private static int EndOfDigits(ReadOnlySpan<char> text)
    {
        var end = 0;
        for (var i = 0; i < DigitsInGroup && end < text.Length && At(text, end, out var width) == CharacterClass.Number; i++)
        {
            end += width;
        }

        return end;
    }

    // Signs take the line breaks after them along: "};\n".
    private static int EndOfSigns(ReadOnlySpan<char> text, int start)
    {
        var end = EndOfRun(text, start, CharacterClass.Other);
        while (end < text.Length && text[end] is '\r' or '\n')
        {
            end++;
        }

        return end;
    }

    // As in GPT-2, but in capitals too.
    private static int ContractionLength(ReadOnlySpan<char> text) => text switch
    {
        [_, 's' or 'd' or 'm' or 't' or 'S' or 'D' or 'M' or 'T', ..] => 2,
        [_, 'l' or 'L', 'l' or 'L', ..] or [_, 'v' or 'V', 'e' or 'E', ..] or [_, 'r' or 'R', 'e' or 'E', ..] => 3,
        _ => 0,
    };
}
