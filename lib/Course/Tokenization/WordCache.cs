namespace Course.Tokenization;

/// <summary>
/// Remembers the tokens of words seen before: in real text a few thousand words make up nearly everything. A table of fixed
/// size in which a word has one possible place and displaces whatever stood there, so memory is bounded and no lock is needed.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rarely seen twice, and would make the bound on memory meaningless.</summary>
    public const int LongestWord = 64;

    private const int Places = 1 << 15;

    private readonly Entry?[] entries = new Entry?[Places];

    public bool TryGet(ReadOnlySpan<char> word, out ReadOnlySpan<int> tokens)
    {
        if (Volatile.Read(ref entries[PlaceOf(word)]) is { } entry && word.SequenceEqual(entry.Word))
        {
            tokens = entry.Tokens;
            return true;
        }

        tokens = default;
        return false;
    }

    public void Add(ReadOnlySpan<char> word, ReadOnlySpan<int> tokens)
    {
        if (word.Length <= LongestWord)
        {
            // An entry never changes, and a reference is written in one piece: readers see the old entry or the new one, whole.
            Volatile.Write(ref entries[PlaceOf(word)], new Entry(word.ToString(), tokens.ToArray()));
        }
    }

    private static int PlaceOf(ReadOnlySpan<char> word) => string.GetHashCode(word) & (Places - 1);

    private sealed record Entry(string Word, int[] Tokens);
}
