using System.Text;
using Course.Tokenization;

namespace Course.Generation;

/// <summary>Turns tokens into text as they come: whole characters only, and nothing that turns out to be a stop sequence.</summary>
/// <param name="tokenizer">Knows the tokens.</param>
/// <param name="stop">Strings at which the text ends, if any.</param>
/// <param name="onText">Gets each piece as soon as it is certain.</param>
internal sealed class TextOutput(ITokenizer tokenizer, IReadOnlyCollection<string>? stop, Action<string>? onText)
{
    private readonly StreamingDecoder decoder = new(tokenizer);
    private readonly StopSequences stops = new(stop ?? []);
    private readonly StringBuilder text = new();

    /// <summary>Takes a token.</summary>
    /// <returns>False when the text has ended.</returns>
    public bool Append(int token)
    {
        Emit(stops.Append(decoder.Append(token)));
        return !stops.Found;
    }

    /// <summary>The whole text, now that no token follows.</summary>
    public string End()
    {
        Emit(stops.Append(decoder.Flush()));
        Emit(stops.Flush());
        return text.ToString();
    }

    private void Emit(string piece)
    {
        if (piece.Length > 0)
        {
            text.Append(piece);
            onText?.Invoke(piece);
        }
    }
}
