using static Course.Tokenization.CharacterClasses;

namespace Course.Tokenization;

/// <summary>
/// The rule of GPT-2, the regular expression
/// <c>'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>
/// written out as code, which is several times faster and sees letters beyond the basic plane.
/// </summary>
internal sealed class Gpt2PreSplit() : PreSplit("gpt2")
{
    public override int FirstWord(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'' && ContractionLength(text) is var contraction and > 0)
        {
            return contraction;
        }

        // A run of one class, with the blank before it: " dog", "42", " ?!".
        var start = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var first = At(text, start, out var width);
        if (first != CharacterClass.Space)
        {
            return EndOfRun(text, start + width, first);
        }

        // Blanks. The last one before a word is left for that word.
        var end = EndOfRun(text, 1, CharacterClass.Space);
        return end == text.Length || end == 1 ? end : end - 1;
    }

    // 's 'd 'm 't 'll 've 're: the ends of English short forms.
    private static int ContractionLength(ReadOnlySpan<char> text) => text switch
    {
        [_, 's' or 'd' or 'm' or 't', ..] => 2,
        [_, 'l', 'l', ..] or [_, 'v', 'e', ..] or [_, 'r', 'e', ..] => 3,
        _ => 0,
    };
}
