namespace Course.Generation;

/// <summary>
/// Watches a text that arrives in pieces for strings at which it shall end, wherever tokens begin and end. What may be the beginning
/// of such a string is held back until it is clear that it is not.
/// </summary>
/// <remarks>
/// The text ends where the first stop string is complete, and everything from that string's beginning on is cut off. When two are
/// complete at the same character, the longer one counts. Not for several threads at once.
/// </remarks>
public sealed class StopSequences
{
    private readonly string[] stops;
    private string held = "";

    /// <summary>Watches for strings.</summary>
    /// <param name="stops">The strings; none for a text that never stops by itself.</param>
    /// <exception cref="ArgumentException">A string is empty.</exception>
    public StopSequences(params IEnumerable<string> stops)
    {
        ArgumentNullException.ThrowIfNull(stops);
        this.stops = [.. stops.OrderByDescending(stop => stop?.Length)];
        if (this.stops.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop sequence has at least one character: an empty one stands everywhere.", nameof(stops));
        }
    }

    /// <summary>Whether a stop string has been found; no more text is taken then.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">Text of any length.</param>
    /// <returns>The text that certainly belongs to the result and has not been returned before.</returns>
    public string Append(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (Found)
        {
            return "";
        }

        var text = held + piece;
        for (var end = held.Length + 1; end <= text.Length; end++)
        {
            foreach (var stop in stops)
            {
                if (text.AsSpan(0, end).EndsWith(stop, StringComparison.Ordinal))
                {
                    Found = true;
                    held = "";
                    return text[..(end - stop.Length)];
                }
            }
        }

        var certain = text.Length - LongestBeginning(text);
        held = text[certain..];
        return text[..certain];
    }

    /// <summary>The text has ended: what was held back was no stop string.</summary>
    /// <returns>The text that was held back.</returns>
    public string Flush()
    {
        var rest = held;
        held = "";
        return rest;
    }

    // How many of the last characters are the beginning of a stop string.
    private int LongestBeginning(string text)
    {
        for (var length = Math.Min(text.Length, stops.FirstOrDefault("").Length - 1); length > 0; length--)
        {
            var end = text.AsSpan(text.Length - length);
            foreach (var stop in stops)
            {
                if (stop.Length > length && stop.AsSpan().StartsWith(end, StringComparison.Ordinal))
                {
                    return length;
                }
            }
        }

        return 0;
    }
}
