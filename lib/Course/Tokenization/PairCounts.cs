using System.Text;

namespace Course.Tokenization;

/// <summary>
/// The words of a training text as tokens, and how often each pair of tokens stands side by side in them. A merge touches only
/// the words that contain the pair, and only the neighbours of the places where it stands: that is what makes training fast.
/// </summary>
internal sealed class PairCounts
{
    private readonly Word[] words;
    private readonly Dictionary<TokenPair, Pair> pairs = [];
    private readonly PriorityQueue<Pair, Priority> queue = new();
    private readonly List<Pair> newPairs = [];
    private readonly long minimumFrequency;

    public PairCounts(IReadOnlyDictionary<string, long> wordCounts, long minimumFrequency)
    {
        this.minimumFrequency = minimumFrequency;
        words = [.. wordCounts.Select(word => new Word(word.Key, word.Value))];
        for (var w = 0; w < words.Length; w++)
        {
            var word = words[w];
            TokenCount += word.Length * word.Count;
            for (var i = 0; i + 1 < word.Length; i++)
            {
                Increase(new TokenPair(word.Tokens[i], word.Tokens[i + 1]), w);
            }
        }

        QueueNewPairs();
    }

    /// <summary>How many tokens the text has now.</summary>
    public long TokenCount { get; private set; }

    /// <summary>
    /// Takes the most frequent of the pairs that are allowed, the smallest of equals. It must be merged next.
    /// </summary>
    public bool TryTakeMostFrequent(Predicate<TokenPair> allowed, out TokenPair pair, out long count)
    {
        // Counts sink while a pair waits in the queue, and never rise: all occurrences of a pair come into being in the round
        // that makes the later of its two tokens. So an outdated priority is too high, never too low, and is put right here.
        while (queue.TryDequeue(out var candidate, out var priority))
        {
            if (candidate.Count < priority.Count)
            {
                Queue(candidate);
            }
            else if (allowed(candidate.Tokens))
            {
                (pair, count) = (candidate.Tokens, candidate.Count);
                return true;
            }
        }

        (pair, count) = (default, 0);
        return false;
    }

    /// <summary>Replaces the pair by a new token, everywhere.</summary>
    public void Merge(TokenPair pair, int newToken)
    {
        foreach (var w in pairs[pair].Words)
        {
            MergeInWord(w, pair, newToken);
        }

        pairs.Remove(pair);
        QueueNewPairs();
    }

    private void MergeInWord(int w, TokenPair pair, int newToken)
    {
        var word = words[w];
        var tokens = word.Tokens;
        var end = 0;
        for (var i = 0; i < word.Length;)
        {
            if (i + 1 == word.Length || tokens[i] != pair.Left || tokens[i + 1] != pair.Right)
            {
                tokens[end++] = tokens[i++];
                continue;
            }

            // before, left, right, after  →  before, new, after
            if (end > 0)
            {
                Decrease(new TokenPair(tokens[end - 1], pair.Left), word.Count);
                Increase(new TokenPair(tokens[end - 1], newToken), w);
            }

            if (i + 2 < word.Length)
            {
                Decrease(new TokenPair(pair.Right, tokens[i + 2]), word.Count);
                Increase(new TokenPair(newToken, tokens[i + 2]), w);
            }

            tokens[end++] = newToken;
            i += 2;
            TokenCount -= word.Count;
        }

        word.Length = end;
    }

    private void Increase(TokenPair tokens, int w)
    {
        if (!pairs.TryGetValue(tokens, out var pair))
        {
            pair = pairs[tokens] = new Pair(tokens);
            newPairs.Add(pair);
        }

        pair.Count += words[w].Count;
        if (pair.Words.Count == 0 || pair.Words[^1] != w)
        {
            pair.Words.Add(w);
        }
    }

    private void Decrease(TokenPair tokens, long count) => pairs[tokens].Count -= count;

    private void QueueNewPairs()
    {
        newPairs.ForEach(Queue);
        newPairs.Clear();
    }

    private void Queue(Pair pair)
    {
        if (pair.Count >= minimumFrequency)
        {
            queue.Enqueue(pair, new Priority(pair.Count, pair.Tokens));
        }
    }

    /// <summary>One of the different words of the text.</summary>
    private sealed class Word(string text, long count)
    {
        /// <summary>Its tokens; the first <see cref="Length"/> elements count.</summary>
        public int[] Tokens { get; } = [.. Encoding.UTF8.GetBytes(text)];

        public int Length { get; set; } = Encoding.UTF8.GetByteCount(text);

        public long Count => count;
    }

    private sealed class Pair(TokenPair tokens)
    {
        public TokenPair Tokens => tokens;

        public long Count { get; set; }

        /// <summary>The words that contain the pair. Some may have lost it since: looking there once more does no harm.</summary>
        public List<int> Words { get; } = [];
    }

    /// <summary>Comes first: the higher count; of equal counts, the smaller pair.</summary>
    private readonly record struct Priority(long Count, TokenPair Pair) : IComparable<Priority>
    {
        public int CompareTo(Priority other)
        {
            var byCount = other.Count.CompareTo(Count);
            return byCount != 0 ? byCount : Pair.CompareTo(other.Pair);
        }
    }
}
