using System.Text;

namespace Course.Notebooks.Publishing.Mathematics;

/// <summary>
/// The styled letters of mathematics, for example ℝ for <c>\mathbb{R}</c>: MathML Core knows no font attribute, the letters are
/// characters of their own (The Unicode Standard, chapter 22.2, "Mathematical Alphanumeric Symbols").
/// </summary>
internal static class MathAlphabet
{
    // The block was filled after some letters already had a place elsewhere.
    private static readonly Dictionary<(string, char), string> Elsewhere = new()
    {
        [("mathbb", 'C')] = "ℂ",
        [("mathbb", 'H')] = "ℍ",
        [("mathbb", 'N')] = "ℕ",
        [("mathbb", 'P')] = "ℙ",
        [("mathbb", 'Q')] = "ℚ",
        [("mathbb", 'R')] = "ℝ",
        [("mathbb", 'Z')] = "ℤ",
        [("mathcal", 'B')] = "ℬ",
        [("mathcal", 'E')] = "ℰ",
        [("mathcal", 'F')] = "ℱ",
        [("mathcal", 'H')] = "ℋ",
        [("mathcal", 'I')] = "ℐ",
        [("mathcal", 'L')] = "ℒ",
        [("mathcal", 'M')] = "ℳ",
        [("mathcal", 'R')] = "ℛ",
        [("mathcal", 'e')] = "ℯ",
        [("mathcal", 'g')] = "ℊ",
        [("mathcal", 'o')] = "ℴ",
        [("mathfrak", 'C')] = "ℭ",
        [("mathfrak", 'H')] = "ℌ",
        [("mathfrak", 'I')] = "ℑ",
        [("mathfrak", 'R')] = "ℜ",
        [("mathfrak", 'Z')] = "ℨ",
    };

    // First capital, first small letter, first digit.
    private static readonly Dictionary<string, (int Capital, int Small, int Digit)> Blocks = new()
    {
        ["mathbf"] = (0x1D400, 0x1D41A, 0x1D7CE),
        ["boldsymbol"] = (0x1D468, 0x1D482, 0x1D7CE),
        ["mathcal"] = (0x1D49C, 0x1D4B6, 0),
        ["mathfrak"] = (0x1D504, 0x1D51E, 0),
        ["mathbb"] = (0x1D538, 0x1D552, 0x1D7D8),
        ["mathsf"] = (0x1D5A0, 0x1D5BA, 0x1D7E2),
        ["mathtt"] = (0x1D670, 0x1D68A, 0x1D7F6),
    };

    private static readonly Dictionary<string, string> SameAs = new()
    {
        ["bm"] = "boldsymbol",
        ["mathscr"] = "mathcal",
        ["pmb"] = "boldsymbol",
    };

    /// <summary>Whether a command chooses an alphabet.</summary>
    public static bool Has(string command) => Blocks.ContainsKey(SameAs.GetValueOrDefault(command, command));

    /// <summary>The text in another alphabet; what has no such form stays.</summary>
    public static string Style(string command, string text)
    {
        var alphabet = SameAs.GetValueOrDefault(command, command);
        var (capital, small, digit) = Blocks[alphabet];
        var styled = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.Value;
            var code = c is >= 'A' and <= 'Z' ? capital + c - 'A'
                : c is >= 'a' and <= 'z' ? small + c - 'a'
                : c is >= '0' and <= '9' && digit > 0 ? digit + c - '0'
                : bold(alphabet) && c is >= 'Α' and <= 'Ω' ? 0x1D6A8 + c - 'Α'
                : bold(alphabet) && c is >= 'α' and <= 'ω' ? 0x1D6C2 + c - 'α'
                : c;
            styled.Append(c < 0x80 && Elsewhere.TryGetValue((alphabet, (char)c), out var other) ? other : char.ConvertFromUtf32(code));
        }
        return styled.ToString();

        static bool bold(string name) => name is "mathbf" or "boldsymbol";
    }
}
