using System.Text;

namespace Course.Tokenization;

/// <summary>
/// The simplest tokenizer: one token a character. A small vocabulary and long sequences; it knows only the characters of the
/// text it was made from.
/// </summary>
/// <remarks>
/// A character is a Unicode scalar value, so 😀 is one token although it takes two UTF-16 units. If <see cref="SpecialTokens"/>
/// contains <see cref="SpecialTokens.Unknown"/>, characters outside the vocabulary become that token; otherwise they are an
/// error.
/// </remarks>
public sealed class CharTokenizer : Tokenizer
{
    private readonly Dictionary<Rune, int> ids;
    private readonly int? unknown;

    /// <summary>A tokenizer with the given characters.</summary>
    /// <param name="characters">Every character once, in the order of the ids.</param>
    /// <param name="specialTokens">The special tokens, none if null.</param>
    /// <exception cref="ArgumentException">A character is there twice, or there is half of a surrogate pair.</exception>
    public CharTokenizer(string characters, SpecialTokens? specialTokens = null)
        : this(RunesOf(characters), specialTokens ?? SpecialTokens.None)
    {
    }

    private CharTokenizer(List<Rune> characters, SpecialTokens specialTokens)
        : base([.. characters.Select(c => Encoding.UTF8.GetBytes(c.ToString()))], specialTokens)
    {
        ids = characters.Index().ToDictionary(c => c.Item, c => c.Index);
        Characters = string.Concat(characters);
        unknown = specialTokens.Contains(SpecialTokens.Unknown) ? IdOf(SpecialTokens.Unknown) : null;
    }

    /// <summary>The characters of the vocabulary, in the order of their ids.</summary>
    public string Characters { get; }

    /// <summary>A tokenizer with all characters that occur in a text, in the order of their code points.</summary>
    /// <param name="text">Usually the training text; half surrogate pairs count as U+FFFD.</param>
    /// <param name="specialTokens">
    /// The special tokens, none if null. With <see cref="SpecialTokens.Unknown"/> among them, other characters can be encoded
    /// too.
    /// </param>
    public static CharTokenizer FromText(string text, SpecialTokens? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var characters = new HashSet<Rune>();
        foreach (var character in text.EnumerateRunes())
        {
            characters.Add(character);
        }

        return new CharTokenizer(characters.Order().ToList(), specialTokens ?? SpecialTokens.None);
    }

    /// <summary>Reads a tokenizer from a file that <see cref="Tokenizer.Save"/> has written.</summary>
    /// <param name="path">The JSON file. It need not be trusted.</param>
    /// <exception cref="InvalidDataException">The file is not a character tokenizer; the message says where and why.</exception>
    public static new CharTokenizer Load(string path) => TokenizerFile.Load<CharTokenizer>(path);

    private protected override void EncodeOrdinary(string text, int start, int length, List<int> tokens)
    {
        var at = start;
        foreach (var character in text.AsSpan(start, length).EnumerateRunes())
        {
            tokens.Add(IdOf(character, at));
            at += character.Utf16SequenceLength;
        }
    }

    private protected override int CountOrdinary(string text, int start, int length)
    {
        var count = 0;
        var at = start;
        foreach (var character in text.AsSpan(start, length).EnumerateRunes())
        {
            _ = IdOf(character, at);
            at += character.Utf16SequenceLength;
            count++;
        }

        return count;
    }

    private static List<Rune> RunesOf(string characters)
    {
        ArgumentNullException.ThrowIfNull(characters);
        var runes = new List<Rune>();
        var seen = new HashSet<Rune>();
        for (var i = 0; i < characters.Length;)
        {
            if (!Rune.TryGetRuneAt(characters, i, out var rune))
            {
                throw new ArgumentException($"Character {i} is half of a surrogate pair, which is not text.", nameof(characters));
            }

            if (!seen.Add(rune))
            {
                throw new ArgumentException($"The character {Describe(rune)} is there twice.", nameof(characters));
            }

            runes.Add(rune);
            i += rune.Utf16SequenceLength;
        }

        return runes;
    }

    private static string Describe(Rune character) => Rune.IsControl(character) || Rune.IsWhiteSpace(character)
        ? $"U+{character.Value:X4}"
        : $"'{character}' (U+{character.Value:X4})";

    private int IdOf(Rune character, int at)
    {
        if (ids.TryGetValue(character, out var id))
        {
            return id;
        }

        return unknown ?? throw new ArgumentException(
            $"The character {Describe(character)} at position {at} of the text is not among the {ids.Count} characters of this "
            + $"tokenizer. Make it from a text that contains the character, or with the special token {SpecialTokens.Unknown}.");
    }
}
