using System.Text;

namespace Course.Tokenization;

/// <summary>
/// What all tokenizers share: the handling of special tokens, decoding, and files. A subclass encodes the ordinary text between
/// the special tokens.
/// </summary>
/// <remarks>
/// A saved tokenizer is a JSON object. Its first two properties say what it is, the others follow in any order:
/// <code>
/// { "format": "course-bpe-tokenizer", "version": 1, "preSplit": "gpt2", "specialTokens": ["&lt;|endoftext|&gt;"],
///   "merges": [[104,101],[116,256]] }
/// { "format": "course-char-tokenizer", "version": 1, "characters": "\n !abc", "specialTokens": [] }
/// </code>
/// Merge i makes the token 256 + i of two earlier ones; the characters are in the order of their ids. A vocabulary that another
/// program has numbered also has <c>"ids"</c>: the ids of all these tokens, special ones last. A
/// <see cref="SentencePieceTokenizer"/> has <c>"pieces"</c>, each with its score.
/// </remarks>
public abstract class Tokenizer : ITokenizer
{
    private readonly TokenTable table;
    private readonly bool[] isSpecial; // by id

    /// <param name="ordinaryTokens">The tokens that stand for text.</param>
    /// <param name="specialTokens">The others.</param>
    /// <param name="ids">
    /// The ids of the ordinary tokens, then of the special ones: each number from 0 on once. They count up when left out; vocabularies
    /// made by other programs are numbered in other orders.
    /// </param>
    private protected Tokenizer(List<byte[]> ordinaryTokens, SpecialTokens specialTokens, IReadOnlyList<int>? ids = null)
    {
        OrdinaryTokenCount = ordinaryTokens.Count;
        SpecialTokens = specialTokens;
        Ids = ids;
        byte[][] tokens = [.. ordinaryTokens, .. specialTokens.Select(Encoding.UTF8.GetBytes)];
        isSpecial = new bool[tokens.Length];
        if (ids is null)
        {
            isSpecial.AsSpan(OrdinaryTokenCount).Fill(true);
        }
        else
        {
            CheckIds(ids, tokens.Length);
            tokens = InOrderOf(ids, tokens);
            foreach (var id in ids.Skip(OrdinaryTokenCount))
            {
                isSpecial[id] = true;
            }
        }

        table = new TokenTable(tokens);
    }

    /// <inheritdoc/>
    public int VocabularySize => table.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Vocabulary => table.Texts;

    /// <inheritdoc/>
    public SpecialTokens SpecialTokens { get; }

    /// <summary>How many tokens stand for text; the special tokens follow them, unless <see cref="Ids"/> says otherwise.</summary>
    internal int OrdinaryTokenCount { get; }

    /// <summary>The id of every token, when ids do not simply count up: ordinary tokens first, then the special ones.</summary>
    internal IReadOnlyList<int>? Ids { get; }

    /// <summary>Reads a tokenizer of any kind from a file that <see cref="Save"/> has written.</summary>
    /// <param name="path">
    /// The JSON file. It need not be trusted: sizes and references are checked, and nothing in it is run.
    /// </param>
    /// <returns>A <see cref="CharTokenizer"/> or a <see cref="BpeTokenizer"/>.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is not such a file; the message names the line and what is wrong with it.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Tokenizer Load(string path) => TokenizerFile.Load(path);

    /// <inheritdoc/>
    public void Save(string path) => TokenizerFile.Save(this, path);

    /// <inheritdoc/>
    public int[] Encode(string text) => Encode(text, SpecialTokenHandling.AsText);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The text contains a special token and <paramref name="handling"/> is <see cref="SpecialTokenHandling.Reject"/>, or it
    /// contains something that this tokenizer cannot encode.
    /// </exception>
    public int[] Encode(string text, SpecialTokenHandling handling)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>(text.Length / 4);
        var start = 0;
        while (FindSpecialToken(text, start, handling) is var (length, special))
        {
            EncodeOrdinary(text, start, length, tokens);
            tokens.Add(OrdinaryTokenCount + special);
            start += length + SpecialTokens[special].Length;
        }

        EncodeOrdinary(text, start, text.Length - start, tokens);
        return Ids is { } ids ? [.. tokens.Select(token => ids[token])] : [.. tokens];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">As for <see cref="Encode(string, SpecialTokenHandling)"/>.</exception>
    public int CountTokens(string text, SpecialTokenHandling handling = SpecialTokenHandling.AsText)
    {
        ArgumentNullException.ThrowIfNull(text);
        var count = 0;
        var start = 0;
        while (FindSpecialToken(text, start, handling) is var (length, special))
        {
            count += CountOrdinary(text, start, length) + 1;
            start += length + SpecialTokens[special].Length;
        }

        return count + CountOrdinary(text, start, text.Length - start);
    }

    /// <inheritdoc/>
    public string Decode(params ReadOnlySpan<int> tokens) => Encoding.UTF8.GetString(DecodeBytes(tokens));

    /// <inheritdoc/>
    public virtual byte[] DecodeBytes(params ReadOnlySpan<int> tokens) => table.Decode(tokens);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> BytesOf(int token) => table.BytesOf(token);

    /// <inheritdoc/>
    public int IdOf(string specialToken)
    {
        var index = SpecialTokens.IndexOf(specialToken);
        return index >= 0
            ? Ids?[OrdinaryTokenCount + index] ?? OrdinaryTokenCount + index
            : throw new ArgumentException(
                $"This tokenizer has no special token {specialToken}. It has: {SpecialTokens}.", nameof(specialToken));
    }

    /// <inheritdoc/>
    public bool IsSpecial(int token) => (uint)token < (uint)isSpecial.Length && isSpecial[token];

    /// <summary>The bytes a token stands for where it follows another one; <see langword="null"/> at the beginning.</summary>
    internal virtual ReadOnlySpan<byte> BytesAfter(int? previous, int token) => BytesOf(token);

    /// <summary>Appends the tokens of <c>text.AsSpan(start, length)</c>, which contains no special token to be parsed.</summary>
    private protected abstract void EncodeOrdinary(string text, int start, int length, List<int> tokens);

    /// <summary>How many tokens <see cref="EncodeOrdinary"/> would append.</summary>
    private protected abstract int CountOrdinary(string text, int start, int length);

    private static void CheckIds(IReadOnlyList<int> ids, int count)
    {
        var seen = new bool[count];
        if (ids.Count != count)
        {
            throw new ArgumentException($"There are {ids.Count} ids for {count} tokens.", nameof(ids));
        }

        foreach (var id in ids)
        {
            if ((uint)id >= (uint)count || seen[id])
            {
                throw new ArgumentException($"The ids of {count} tokens are 0 to {count - 1}, each once; {id} is not or comes twice.", nameof(ids));
            }

            seen[id] = true;
        }
    }

    private static byte[][] InOrderOf(IReadOnlyList<int> ids, byte[][] tokens)
    {
        var ordered = new byte[tokens.Length][];
        for (var i = 0; i < tokens.Length; i++)
        {
            ordered[ids[i]] = tokens[i];
        }

        return ordered;
    }

    /// <summary>
    /// The next special token to be parsed: how much ordinary text comes before it, and which one it is; null if there is none.
    /// </summary>
    private (int Length, int Special)? FindSpecialToken(string text, int start, SpecialTokenHandling handling)
    {
        if (handling == SpecialTokenHandling.AsText)
        {
            return null;
        }

        var (distance, special) = SpecialTokens.FindIn(text.AsSpan(start));
        if (distance < 0)
        {
            return null;
        }

        return handling == SpecialTokenHandling.Parse
            ? (distance, special)
            : throw new ArgumentException(
                $"The text contains the special token {SpecialTokens[special]} at character {start + distance}. "
                + $"Encode with {nameof(SpecialTokenHandling)}.{nameof(SpecialTokenHandling.AsText)} or "
                + $"{nameof(SpecialTokenHandling.Parse)} if that is meant.",
                nameof(text));
    }
}
