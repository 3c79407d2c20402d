namespace Course.Alignment.Measurement;

/// <summary>Length and variety of texts: what a policy gives up first when it chases a reward.</summary>
/// <param name="MeanLength">Tokens in a text, on average.</param>
/// <param name="LengthDeviation">Their standard deviation.</param>
/// <param name="DistinctTexts">The share of texts that are different from all before them.</param>
/// <param name="DistinctWords">Different tokens over all tokens ("distinct-1": Li et al. 2016).</param>
/// <param name="DistinctPairs">Different pairs of neighbouring tokens over all such pairs ("distinct-2").</param>
public sealed record TextStatistics(
    double MeanLength, double LengthDeviation, double DistinctTexts, double DistinctWords, double DistinctPairs)
{
    /// <summary>Measures texts.</summary>
    /// <param name="texts">Their tokens; at least one text.</param>
    /// <exception cref="ArgumentException">There are no texts.</exception>
    public static TextStatistics Of(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new ArgumentException("There are no texts to measure.", nameof(texts));
        }

        var mean = texts.Average(text => text.Count);
        var pairs = texts.SelectMany(text => text.Zip(text.Skip(1))).ToList();
        var words = texts.SelectMany(text => text).ToList();
        return new TextStatistics(
            mean,
            Math.Sqrt(texts.Average(text => (text.Count - mean) * (text.Count - mean))),
            texts.Select(text => string.Join(' ', text)).Distinct().Count() / (double)texts.Count,
            words.Count == 0 ? 0 : words.Distinct().Count() / (double)words.Count,
            pairs.Count == 0 ? 0 : pairs.Distinct().Count() / (double)pairs.Count);
    }
}
