namespace Course.Generation;

/// <summary>What a generator lets a model read when the text has become longer than the model can read at once.</summary>
public enum FullContext
{
    /// <summary>
    /// The last tokens, as many as fit. The model always sees as much as it can; but all positions change with every token, so
    /// nothing of what was computed before can be kept, and each token costs a pass over the whole window.
    /// </summary>
    Slide,

    /// <summary>
    /// The window jumps forward by half its size whenever it is full. It is read again once per jump and otherwise continued, so
    /// tokens stay as fast as at the beginning; right after a jump the model sees only half as much.
    /// </summary>
    Halve,
}

/// <summary>Which part of a text a model reads.</summary>
internal static class Windows
{
    /// <summary>The first token that is read; it depends on nothing but the length, so caching cannot change what is written.</summary>
    public static int Start(int length, int blockSize, FullContext policy)
    {
        if (length <= blockSize)
        {
            return 0;
        }

        if (policy == FullContext.Slide)
        {
            return length - blockSize;
        }

        var jump = Math.Max(1, blockSize / 2);
        return (length - blockSize + jump - 1) / jump * jump;
    }
}
