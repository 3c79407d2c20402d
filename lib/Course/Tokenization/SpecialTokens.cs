using System.Buffers;
using System.Collections;
using System.Text;

namespace Course.Tokenization;

/// <summary>
/// An ordered set of special tokens: ids for events (a document ends, the user speaks, a word is hidden) that no text encodes to
/// by accident. Immutable.
/// </summary>
public sealed class SpecialTokens : IReadOnlyList<string>
{
    /// <summary>Ends a document (Radford et al. 2019).</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>Stands in place of a token that the model has to guess (Devlin et al. 2019, section 3.1).</summary>
    public const string Mask = "<|mask|>";

    /// <summary>Opens a system message: the rules of a conversation.</summary>
    public const string SystemTurn = "<|system|>";

    /// <summary>Opens a turn of the user.</summary>
    public const string User = "<|user|>";

    /// <summary>Opens a turn of the assistant.</summary>
    public const string Assistant = "<|assistant|>";

    /// <summary>Fills the shorter rows of a batch.</summary>
    public const string Pad = "<|pad|>";

    /// <summary>Stands for a character outside the vocabulary of a <see cref="CharTokenizer"/>.</summary>
    public const string Unknown = "<|unknown|>";

    /// <summary>The most special tokens one tokenizer can have.</summary>
    public const int MaximumCount = 1024;

    /// <summary>The greatest length of one special token, in UTF-16 characters.</summary>
    public const int MaximumLength = 256;

    private readonly string[] texts;
    private readonly SearchValues<string>? anyOfThem;

    /// <summary>A set of special tokens, in the order of their ids.</summary>
    /// <param name="texts">Different, non-empty strings of well-formed Unicode.</param>
    /// <exception cref="ArgumentException">
    /// A text is empty, too long, not well-formed or there twice, or there are too many.
    /// </exception>
    public SpecialTokens(params IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        this.texts = [.. texts.Take(MaximumCount + 1)];
        if (this.texts.Length > MaximumCount)
        {
            throw new ArgumentException($"There are more than {MaximumCount} special tokens.", nameof(texts));
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < this.texts.Length; i++)
        {
            var text = this.texts[i];
            if (string.IsNullOrEmpty(text) || text.Length > MaximumLength)
            {
                throw new ArgumentException($"Special token {i} must have 1 to {MaximumLength} characters.", nameof(texts));
            }

            if (!IsWellFormed(text))
            {
                throw new ArgumentException(
                    $"Special token {i} contains half of a surrogate pair, which is not text.", nameof(texts));
            }

            if (!seen.Add(text))
            {
                throw new ArgumentException($"The special token {text} is there twice.", nameof(texts));
            }
        }

        anyOfThem = this.texts.Length == 0 ? null : SearchValues.Create(this.texts, StringComparison.Ordinal);
    }

    /// <summary>No special tokens.</summary>
    public static SpecialTokens None { get; } = new([]);

    /// <summary>What a chat model needs: end of text, user, assistant, padding.</summary>
    public static SpecialTokens Chat { get; } = new(EndOfText, User, Assistant, Pad);

    /// <inheritdoc/>
    public int Count => texts.Length;

    /// <inheritdoc/>
    public string this[int index] => texts[index];

    /// <summary>The position of a special token in this set, or −1.</summary>
    /// <param name="text">Its text.</param>
    public int IndexOf(string text) => Array.IndexOf(texts, text);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)texts).GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => texts.Length == 0 ? "none" : string.Join(' ', texts);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Finds the first special token in a text; where several begin at the same place, the longest of them.</summary>
    /// <returns>Where it begins and its position in this set; both are −1 if there is none.</returns>
    internal (int Start, int Index) FindIn(ReadOnlySpan<char> text)
    {
        var start = anyOfThem is null ? -1 : text.IndexOfAny(anyOfThem);
        if (start < 0)
        {
            return (-1, -1);
        }

        var longest = -1;
        for (var i = 0; i < texts.Length; i++)
        {
            if ((longest < 0 || texts[i].Length > texts[longest].Length)
                && text[start..].StartsWith(texts[i], StringComparison.Ordinal))
            {
                longest = i;
            }
        }

        return (start, longest);
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var width) != OperationStatus.Done)
            {
                return false;
            }

            text = text[width..];
        }

        return true;
    }
}
