using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Course.Tests.Tokenization;

/// <summary>Any string of UTF-16 units that looks a little like text; it can contain half surrogate pairs.</summary>
public sealed record AnyText(string Value)
{
    /// <summary>What Unicode makes of it: every half of a pair is U+FFFD.</summary>
    public string WellFormed => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Value));
}

/// <summary>A string over very few characters, so that pairs repeat and overlap a lot.</summary>
public sealed record RepetitiveText(string Value);

/// <summary>Generators of texts for properties: <c>[Property(Arbitrary = [typeof(Texts)])]</c>.</summary>
public static class Texts
{
    private static readonly string[] Pieces =
    [
        " ", " ", " ", "  ", "   ", "\n", "\r\n", "\t", "\u00A0", "\u2028", "'", "'s", "'LL", "'re", "'v", "the", "The",
        "dog", "is", "running", "42", "1234567", "½", "Ⅷ", ".", "...", "?!", "};\n\n", "_", "é", "e\u0301", "über", "Ünicode",
        "привет", "日本語", "😀", "👩‍👩‍👧", "𝒜𝒷", "𝟙𝟚", "𠀀", "\uD83D", "\uDE00", "\uFFFD", "\0", "\u017F",
        "<|endoftext|>", "<|end", "<|user|>", "\U0010FFFF",
    ];

    public static Arbitrary<AnyText> AnyTexts()
    {
        var piece = Gen.OneOf(
            Gen.Elements(Pieces),
            Gen.Elements(Pieces),
            Gen.Choose(0, char.MaxValue).Select(c => ((char)c).ToString()),
            Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32));
        return Arb.From(
            piece.ArrayOf().Select(pieces => new AnyText(string.Concat(pieces))),
            text => Shorter(text.Value).Select(t => new AnyText(t)));
    }

    public static Arbitrary<RepetitiveText> RepetitiveTexts() => Arb.From(
        Gen.Elements("a", "b", "ab", "aa", "aab", "c", " ", "é").ArrayOf()
            .Select(pieces => new RepetitiveText(string.Concat(pieces))),
        text => Shorter(text.Value).Select(t => new RepetitiveText(t)));

    private static IEnumerable<string> Shorter(string text)
    {
        for (var length = text.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= text.Length; start += length)
            {
                yield return text.Remove(start, length);
            }
        }
    }
}
