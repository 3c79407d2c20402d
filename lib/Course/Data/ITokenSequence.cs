namespace Course.Data;

/// <summary>
/// A text as a model sees it: a long row of token numbers that can be read at any place. It may lie in memory
/// (<see cref="TokenArray"/>) or in a file larger than memory (<see cref="TokenFile"/>).
/// </summary>
/// <remarks>Implementations allow reads from several threads at the same time.</remarks>
public interface ITokenSequence
{
    /// <summary>The number of tokens.</summary>
    long Length { get; }

    /// <summary>Copies the tokens from <paramref name="offset"/> on, filling <paramref name="destination"/> completely.</summary>
    /// <param name="offset">The position of the first token to read, from 0.</param>
    /// <param name="destination">Where the tokens go; its length says how many are read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sequence does not hold that many tokens from there on.</exception>
    void Read(long offset, Span<int> destination);
}
