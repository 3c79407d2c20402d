using System.Diagnostics.CodeAnalysis;

namespace Course.Tokenization;

/// <summary>
/// GPT-2's way to write bytes as text: a byte that is a visible character of Latin-1 is that character, the 68 others are the
/// characters from U+0100 on, in their order (Radford et al. 2019, their program). A blank becomes Ġ.
/// </summary>
internal static class ByteAlphabet
{
    private const char FirstSubstitute = '\u0100';

    private static readonly char[] Characters = MakeCharacters();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(b => Characters[b], b => (byte)b);

    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[i] = Characters[bytes[i]];
        }

        return new string(text);
    }

    public static bool TryGetBytes(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (!Bytes.TryGetValue(text[i], out bytes[i]))
            {
                bytes = null;
                return false;
            }
        }

        return true;
    }

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        var substitute = FirstSubstitute;
        for (var value = 0; value < characters.Length; value++)
        {
            var isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = isVisible ? (char)value : substitute++;
        }

        return characters;
    }
}
