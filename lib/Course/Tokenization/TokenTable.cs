using System.Buffers;
using System.Globalization;
using System.Text;

namespace Course.Tokenization;

/// <summary>
/// The bytes of every token, one after the other in one array: token i is <c>bytes[starts[i]..starts[i + 1]]</c>.
/// </summary>
internal sealed class TokenTable
{
    private readonly byte[] bytes;
    private readonly int[] starts;
    private readonly Lazy<string[]> readable;

    public TokenTable(IReadOnlyCollection<byte[]> tokens)
    {
        starts = new int[tokens.Count + 1];
        var total = 0;
        var id = 0;
        foreach (var token in tokens)
        {
            total = checked(total + token.Length);
            starts[++id] = total;
        }

        bytes = new byte[total];
        id = 0;
        foreach (var token in tokens)
        {
            token.CopyTo(bytes, starts[id++]);
        }

        readable = new(() => [.. Enumerable.Range(0, Count).Select(i => Readable(BytesOf(i)))]);
    }

    public int Count => starts.Length - 1;

    /// <summary>Every token as text, see <see cref="ITokenizer.Vocabulary"/>.</summary>
    public IReadOnlyList<string> Texts => readable.Value;

    public ReadOnlySpan<byte> BytesOf(int token)
    {
        if ((uint)token >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(token), token, $"Token ids of this vocabulary go from 0 to {Count - 1}.");
        }

        return bytes.AsSpan(starts[token]..starts[token + 1]);
    }

    public byte[] Decode(ReadOnlySpan<int> tokens)
    {
        var length = 0L;
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            if ((uint)token >= (uint)Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), token, $"Token {i} is outside the vocabulary, whose ids go from 0 to {Count - 1}.");
            }

            length += starts[token + 1] - starts[token];
        }

        var decoded = new byte[length];
        var end = 0;
        foreach (var token in tokens)
        {
            var piece = BytesOf(token);
            piece.CopyTo(decoded.AsSpan(end));
            end += piece.Length;
        }

        return decoded;
    }

    /// <summary>Valid UTF-8 as it is, every other byte as <c>\xE2</c>.</summary>
    public static string Readable(ReadOnlySpan<byte> token)
    {
        var text = new StringBuilder();
        while (!token.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(token, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else
            {
                foreach (var odd in token[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{odd:X2}");
                }
            }

            token = token[length..];
        }

        return text.ToString();
    }
}
