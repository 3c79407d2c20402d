using System.Diagnostics.CodeAnalysis;

namespace Course.Tokenization;

/// <summary>
/// Grows a vocabulary merge by merge: the 256 bytes first, then one token for each merge, whose bytes are those of its two parts.
/// Rejects what cannot be or must not be, so that neither a trainer nor a hostile file can make an impossible tokenizer.
/// </summary>
internal sealed class BpeVocabulary
{
    public const int ByteTokens = 256;

    private const int MaximumTotalBytes = 64 << 20;

    private readonly HashSet<TokenPair> pairs = [];
    private int totalBytes = ByteTokens;

    public BpeVocabulary(IEnumerable<TokenPair> merges)
        : this()
    {
        foreach (var merge in merges)
        {
            if (!TryAdd(merge, out var problem))
            {
                throw new ArgumentException(problem, nameof(merges));
            }
        }
    }

    public BpeVocabulary() => Tokens = [.. Enumerable.Range(0, ByteTokens).Select(b => new[] { (byte)b })];

    /// <summary>The bytes of every token.</summary>
    public List<byte[]> Tokens { get; }

    /// <summary>The pairs in the order in which they were merged.</summary>
    public List<TokenPair> Merges { get; } = [];

    /// <summary>Whether the token made of this pair would be within the limits.</summary>
    public bool Fits(TokenPair pair)
    {
        var length = Tokens[pair.Left].Length + Tokens[pair.Right].Length;
        return length <= BpeTokenizer.MaximumTokenBytes && totalBytes + length <= MaximumTotalBytes;
    }

    /// <summary>Adds the token made of this pair, or says why not.</summary>
    public bool TryAdd(TokenPair pair, [NotNullWhen(false)] out string? problem)
    {
        problem = Problem(pair);
        if (problem is not null)
        {
            return false;
        }

        byte[] token = [.. Tokens[pair.Left], .. Tokens[pair.Right]];
        totalBytes += token.Length;
        Tokens.Add(token);
        Merges.Add(pair);
        pairs.Add(pair);
        return true;
    }

    private string? Problem(TokenPair pair)
    {
        var name = $"Merge {Merges.Count}, of {pair.Left} and {pair.Right},";
        if ((uint)pair.Left >= (uint)Tokens.Count || (uint)pair.Right >= (uint)Tokens.Count)
        {
            return $"{name} refers to a token that does not exist yet: at this point there are the ids 0 to {Tokens.Count - 1}.";
        }

        if (pairs.Contains(pair))
        {
            return $"{name} is there a second time.";
        }

        if (Tokens.Count >= BpeTokenizer.MaximumVocabularySize)
        {
            return $"{name} is one too many: a vocabulary can have {BpeTokenizer.MaximumVocabularySize} tokens.";
        }

        return Fits(pair) ? null
            : $"{name} makes a token of more than {BpeTokenizer.MaximumTokenBytes} bytes, or a vocabulary of more than "
                + $"{MaximumTotalBytes >> 20} MiB.";
    }
}
