namespace Course.Tokenization;

/// <summary>Two neighbouring tokens. As a merge rule: where they stand side by side, one new token replaces them.</summary>
/// <param name="Left">The id of the first token.</param>
/// <param name="Right">The id of the second token.</param>
public readonly record struct TokenPair(int Left, int Right) : IComparable<TokenPair>
{
    /// <summary>Orders pairs by their first token, then by their second.</summary>
    /// <param name="other">Another pair.</param>
    public int CompareTo(TokenPair other)
    {
        var byLeft = Left.CompareTo(other.Left);
        return byLeft != 0 ? byLeft : Right.CompareTo(other.Right);
    }

    /// <summary>
    /// A hash that differs from process to process: with one that can be foreseen, a hostile vocabulary file could put all its
    /// pairs into one bucket and make loading take hours.
    /// </summary>
    public override int GetHashCode() => HashCode.Combine(Left, Right);
}
