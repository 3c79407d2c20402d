using System.Text;

namespace Course.Tokenization;

/// <summary>
/// Decodes tokens as a model generates them, one at a time. One token can end in the middle of a character (an emoji has four
/// bytes, often in two tokens); the decoder holds such bytes back until the character is whole.
/// </summary>
/// <param name="tokenizer">The tokenizer that knows the tokens' bytes.</param>
/// <remarks>
/// What all calls of <see cref="Append(int)"/> and the last <see cref="Flush"/> return, put together, is what
/// <see cref="ITokenizer.Decode"/> returns for all tokens. Not for several threads at once.
/// </remarks>
public sealed class StreamingDecoder(ITokenizer tokenizer)
{
    private readonly ITokenizer tokenizer = tokenizer ?? throw new ArgumentNullException(nameof(tokenizer));
    private readonly Decoder utf8 = Encoding.UTF8.GetDecoder();
    private int? previous;

    /// <summary>
    /// Takes the next token and returns the text that it has completed; empty if it ends inside its first character.
    /// </summary>
    /// <param name="token">An id of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    public string Append(int token)
    {
        var bytes = tokenizer is Tokenizer own ? own.BytesAfter(previous, token) : tokenizer.BytesOf(token);
        previous = token;
        return Convert(bytes, flush: false);
    }

    /// <summary>Ends the text: bytes still held back can no longer become a character and are returned as U+FFFD.</summary>
    /// <returns>U+FFFD or nothing. Afterwards the decoder is as new.</returns>
    public string Flush()
    {
        previous = null;
        return Convert([], flush: true);
    }

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> stack = stackalloc char[256];
        var needed = utf8.GetCharCount(bytes, flush);
        var characters = needed <= stack.Length ? stack : new char[needed];
        return new string(characters[..utf8.GetChars(bytes, characters, flush)]);
    }
}
