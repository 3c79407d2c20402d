namespace Course.Data;

/// <summary>A token sequence in memory.</summary>
public sealed class TokenArray : ITokenSequence
{
    private readonly ReadOnlyMemory<int> tokens;

    /// <summary>Wraps tokens that are already in memory; they are not copied.</summary>
    /// <param name="tokens">The token numbers, each zero or more.</param>
    /// <exception cref="ArgumentException">A token number is negative.</exception>
    public TokenArray(ReadOnlyMemory<int> tokens)
    {
        var firstNegative = tokens.Span.IndexOfAnyInRange(int.MinValue, -1);
        if (firstNegative >= 0)
        {
            throw new ArgumentException(
                $"Token numbers start at 0, but the one at position {firstNegative} is {tokens.Span[firstNegative]}.", nameof(tokens));
        }

        this.tokens = tokens;
    }

    /// <summary>Copies tokens from any collection.</summary>
    /// <param name="tokens">The token numbers, each zero or more.</param>
    /// <exception cref="ArgumentException">A token number is negative.</exception>
    public static TokenArray From(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new TokenArray(tokens.ToArray());
    }

    /// <inheritdoc/>
    public long Length => tokens.Length;

    /// <summary>The tokens themselves.</summary>
    public ReadOnlyMemory<int> Memory => tokens;

    /// <inheritdoc/>
    public void Read(long offset, Span<int> destination)
    {
        TokenSequences.CheckRange(tokens.Length, offset, destination.Length);
        tokens.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}
