namespace Course.Data;

/// <summary>What can be done with every token sequence: take a part of it, split it in two, copy it into memory.</summary>
public static class TokenSequences
{
    /// <summary>A view of a part of the sequence; no token is copied.</summary>
    /// <param name="tokens">The whole sequence.</param>
    /// <param name="start">The position of the part's first token.</param>
    /// <param name="length">The number of tokens in the part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the sequence.</exception>
    public static ITokenSequence Slice(this ITokenSequence tokens, long start, long length)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        CheckRange(tokens.Length, start, length);
        return new TokenSlice(tokens, start, length);
    }

    /// <summary>Splits a sequence into its beginning, to train on, and its end, to validate on.</summary>
    /// <param name="tokens">The whole sequence.</param>
    /// <param name="validationFraction">The share of the tokens that goes to the end part, strictly between 0 and 1.</param>
    /// <remarks>
    /// The cut is one cut: neighbouring tokens depend on each other, so a validation set made of tokens picked at random would
    /// share its sentences with the training set and measure memory instead of learning.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public static (ITokenSequence Train, ITokenSequence Validation) Split(this ITokenSequence tokens, double validationFraction = 0.1)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        TextSplits.CheckFraction(validationFraction);
        var cut = TextSplits.Cut(tokens.Length, validationFraction);
        return (tokens.Slice(0, cut), tokens.Slice(cut, tokens.Length - cut));
    }

    /// <summary>Copies the whole sequence into memory.</summary>
    /// <exception cref="ArgumentException">The sequence has more tokens than an array can hold.</exception>
    public static int[] ToArray(this ITokenSequence tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Length > Array.MaxLength)
        {
            throw new ArgumentException(
                $"The sequence has {tokens.Length} tokens, more than an array can hold. Read it in parts.", nameof(tokens));
        }

        var copy = new int[tokens.Length];
        tokens.Read(0, copy);
        return copy;
    }

    /// <summary>Throws unless <paramref name="count"/> tokens can be read from <paramref name="offset"/> on.</summary>
    internal static void CheckRange(long length, long offset, long count)
    {
        // Written as a subtraction: offset + count could overflow.
        if (offset < 0 || count < 0 || offset > length || count > length - offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"Cannot read {count} tokens from position {offset}: the sequence has {length} tokens.");
        }
    }

    private sealed class TokenSlice(ITokenSequence whole, long start, long length) : ITokenSequence
    {
        public long Length => length;

        public void Read(long offset, Span<int> destination)
        {
            CheckRange(length, offset, destination.Length);
            whole.Read(start + offset, destination);
        }
    }
}
