using System.Buffers;

namespace Course.Tokenization;

/// <summary>
/// Applies merge rules to a word: as long as two neighbours form a pair that was learned, merge the pair that was learned
/// earliest, from left to right (Sennrich et al. 2016, section 3.2).
/// </summary>
internal sealed class PairMerger
{
    private const int None = int.MaxValue;

    // Up to here, looking at every pair again after each merge is faster than keeping them in order.
    private const int LongestShortWord = 96;

    private readonly Dictionary<TokenPair, int> ranks;
    private readonly int firstMergedToken;

    /// <param name="merges">Rule number <c>rank</c> makes the token <c>firstMergedToken + rank</c>.</param>
    /// <param name="firstMergedToken">The number of tokens that exist before any merge.</param>
    public PairMerger(IReadOnlyList<TokenPair> merges, int firstMergedToken)
    {
        this.firstMergedToken = firstMergedToken;
        ranks = new(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            ranks.Add(merges[rank], rank);
        }
    }

    /// <summary>Merges in place.</summary>
    /// <param name="tokens">The bytes of a word as tokens; afterwards its first elements are the result.</param>
    /// <returns>How many tokens are left.</returns>
    public int Merge(Span<int> tokens) => tokens.Length <= LongestShortWord ? MergeShort(tokens) : MergeLong(tokens);

    private int RankOf(int left, int right) => ranks.GetValueOrDefault(new TokenPair(left, right), None);

    private int MergeShort(Span<int> tokens)
    {
        // pairRanks[i] belongs to the pair (tokens[i], tokens[i + 1]).
        Span<int> pairRanks = stackalloc int[LongestShortWord];
        var length = tokens.Length;
        for (var i = 0; i + 1 < length; i++)
        {
            pairRanks[i] = RankOf(tokens[i], tokens[i + 1]);
        }

        while (length > 1)
        {
            var (best, at) = (None, 0);
            for (var i = 0; i + 1 < length; i++)
            {
                if (pairRanks[i] < best)
                {
                    (best, at) = (pairRanks[i], i);
                }
            }

            if (best == None)
            {
                break;
            }

            tokens[at] = firstMergedToken + best;
            tokens[(at + 2)..length].CopyTo(tokens[(at + 1)..]);
            pairRanks[(at + 1)..(length - 1)].CopyTo(pairRanks[at..]);
            length--;
            if (at > 0)
            {
                pairRanks[at - 1] = RankOf(tokens[at - 1], tokens[at]);
            }

            if (at + 1 < length)
            {
                pairRanks[at] = RankOf(tokens[at], tokens[at + 1]);
            }
        }

        return length;
    }

    // The same for words of any length in n log n steps: tokens in a linked list, pairs in a queue ordered by rank and place.
    // A pair whose tokens have changed stays in the queue; it is recognised when its turn comes because the rank differs.
    private int MergeLong(Span<int> tokens)
    {
        var length = tokens.Length;
        var pool = ArrayPool<int>.Shared;
        var (next, previous, pairRanks) = (pool.Rent(length), pool.Rent(length), pool.Rent(length));
        var queue = new PriorityQueue<int, (int Rank, int At)>();
        for (var i = 0; i < length; i++)
        {
            (next[i], previous[i]) = (i + 1, i - 1);
            Rank(tokens, i);
        }

        while (queue.TryDequeue(out var at, out var priority))
        {
            if (pairRanks[at] != priority.Rank)
            {
                continue;
            }

            var removed = next[at];
            tokens[at] = firstMergedToken + priority.Rank;
            pairRanks[removed] = None;
            next[at] = next[removed];
            if (next[at] < length)
            {
                previous[next[at]] = at;
            }

            Rank(tokens, at);
            if (previous[at] >= 0)
            {
                Rank(tokens, previous[at]);
            }
        }

        var count = 0;
        for (var i = 0; i < length; i = next[i])
        {
            tokens[count++] = tokens[i];
        }

        pool.Return(next);
        pool.Return(previous);
        pool.Return(pairRanks);
        return count;

        void Rank(Span<int> tokens, int at)
        {
            pairRanks[at] = next[at] < length ? RankOf(tokens[at], tokens[next[at]]) : None;
            if (pairRanks[at] != None)
            {
                queue.Enqueue(at, (pairRanks[at], at));
            }
        }
    }
}
