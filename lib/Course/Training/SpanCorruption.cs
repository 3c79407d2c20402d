using Course.Data;

namespace Course.Training;

/// <summary>
/// T5's objective (Raffel et al. 2020, section 3.1.4 and figure 2): spans of a text are cut out, each leaving a sentinel, and the
/// model writes what is missing: a sentinel, its span, the next sentinel, … and a last sentinel. Where BERT guesses single tokens, this
/// teaches an encoder-decoder to write.
/// </summary>
public sealed class SpanCorruption
{
    private readonly int firstSentinel;
    private readonly int sentinels;
    private readonly double share;
    private readonly double meanSpan;

    /// <summary>Describes the objective.</summary>
    /// <param name="firstSentinel">The first of the tokens that stand for missing spans.</param>
    /// <param name="sentinels">How many there are, one after the other; one more than spans at least.</param>
    /// <param name="share">How much of a text is cut out, in (0, 1).</param>
    /// <param name="meanSpan">How long spans are on average, in tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SpanCorruption(int firstSentinel, int sentinels, double share = 0.15, double meanSpan = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstSentinel);
        ArgumentOutOfRangeException.ThrowIfLessThan(sentinels, 2);
        if (!(share > 0 && share < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share that is cut out lies in (0, 1); T5 uses 0.15.");
        }

        if (!(meanSpan >= 1 && double.IsFinite(meanSpan)))
        {
            throw new ArgumentOutOfRangeException(nameof(meanSpan), meanSpan, "A span has at least one token; T5 uses 3 on average.");
        }

        (this.firstSentinel, this.sentinels, this.share, this.meanSpan) = (firstSentinel, sentinels, share, meanSpan);
    }

    /// <summary>How many tokens of a text are cut out, and in how many spans.</summary>
    /// <param name="length">Tokens in the text; at least 2, since something is cut out and something stays.</param>
    /// <exception cref="ArgumentOutOfRangeException">The text is too short.</exception>
    public (int Missing, int Spans) Plan(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var missing = (int)Math.Clamp(Math.Round(length * share), 1, length - 1);
        // Spans do not touch, so each has a token before it; and each needs a sentinel, with one left for the end.
        var spans = (int)Math.Clamp(Math.Round(missing / meanSpan), 1, Math.Min(Math.Min(missing, length - missing), sentinels - 1));
        return (missing, spans);
    }

    /// <summary>Cuts spans out of a text.</summary>
    /// <param name="tokens">The text; at least 2 tokens, none of them a sentinel.</param>
    /// <param name="seed">Another seed cuts elsewhere.</param>
    /// <param name="index">The text's number: the same number and seed cut in the same places.</param>
    /// <returns>What is left, with sentinels in the gaps; and what is missing, each span after its sentinel.</returns>
    /// <exception cref="ArgumentException">The text holds a sentinel.</exception>
    public (int[] Source, int[] Target) Corrupt(ReadOnlySpan<int> tokens, long seed, long index)
    {
        foreach (var token in tokens)
        {
            if (token >= firstSentinel && token < firstSentinel + sentinels)
            {
                throw new ArgumentException($"The text holds token {token}, which is a sentinel.", nameof(tokens));
            }
        }

        var (missing, spans) = Plan(tokens.Length);
        var random = SplitMix64.For(seed, index);
        var kept = Parts(tokens.Length - missing, spans, ref random);
        var cut = Parts(missing, spans, ref random);
        var source = new List<int>(tokens.Length - missing + spans);
        var target = new List<int>(missing + spans + 1);
        var position = 0;
        for (var i = 0; i < spans; i++)
        {
            source.AddRange(tokens.Slice(position, kept[i]));
            source.Add(firstSentinel + i);
            target.Add(firstSentinel + i);
            target.AddRange(tokens.Slice(position + kept[i], cut[i]));
            position += kept[i] + cut[i];
        }

        target.Add(firstSentinel + spans);
        return ([.. source], [.. target]);
    }

    /// <summary>Puts a text together again.</summary>
    /// <param name="source">What is left, with sentinels in the gaps.</param>
    /// <param name="target">What is missing, each span after its sentinel; written by a model, it may lack some, and those stay empty.</param>
    /// <returns>The text.</returns>
    public int[] Restore(ReadOnlySpan<int> source, ReadOnlySpan<int> target)
    {
        var spans = new Dictionary<int, List<int>>();
        List<int>? current = null;
        foreach (var token in target)
        {
            if (IsSentinel(token))
            {
                current = spans[token] = [];
            }
            else
            {
                current?.Add(token);
            }
        }

        var text = new List<int>();
        foreach (var token in source)
        {
            if (IsSentinel(token))
            {
                text.AddRange(spans.GetValueOrDefault(token) ?? []);
            }
            else
            {
                text.Add(token);
            }
        }

        return [.. text];
    }

    private bool IsSentinel(int token) => token >= firstSentinel && token < firstSentinel + sentinels;

    // Cuts a length into parts of at least 1; every way to do it is equally likely, as its borders are a random choice of places.
    private static int[] Parts(int length, int count, ref SplitMix64 random)
    {
        var places = Enumerable.Range(1, length - 1).ToArray();
        random.Shuffle<int>(places);
        int[] borders = [0, .. places.Take(count - 1).Order(), length];
        return [.. borders.Skip(1).Zip(borders, (end, start) => end - start)];
    }
}
