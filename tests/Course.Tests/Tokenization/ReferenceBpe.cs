using System.Text;
using Course.Tokenization;

namespace Course.Tests.Tokenization;

/// <summary>
/// Byte-pair encoding as it stands in the definition, without any thought for speed: what the library must agree with.
/// </summary>
internal static class ReferenceBpe
{
    /// <summary>Counts all pairs anew before every merge, in every word of the text.</summary>
    public static List<TokenPair> Train(IEnumerable<string> words, int merges, long minimumFrequency = 2, int longestToken = 4096)
    {
        var corpus = words.Select(Bytes).ToList();
        var lengths = Enumerable.Repeat(1, 256).ToList();
        var learned = new List<TokenPair>();
        while (learned.Count < merges)
        {
            var best = corpus
                .SelectMany(word => word.Zip(word.Skip(1), (left, right) => new TokenPair(left, right)))
                .Where(pair => lengths[pair.Left] + lengths[pair.Right] <= longestToken)
                .GroupBy(pair => pair)
                .Where(group => group.LongCount() >= minimumFrequency)
                .OrderByDescending(group => group.LongCount())
                .ThenBy(group => group.Key.Left)
                .ThenBy(group => group.Key.Right)
                .FirstOrDefault();
            if (best is null)
            {
                break;
            }

            corpus = [.. corpus.Select(word => Replace(word, best.Key, 256 + learned.Count))];
            lengths.Add(lengths[best.Key.Left] + lengths[best.Key.Right]);
            learned.Add(best.Key);
        }

        return learned;
    }

    /// <summary>Applies every merge to the whole word, in the order in which they were learned.</summary>
    public static List<int> Encode(IEnumerable<string> words, IReadOnlyList<TokenPair> merges)
        => [.. words.SelectMany(word => merges.Index().Aggregate(
            Bytes(word), (tokens, merge) => Replace(tokens, merge.Item, 256 + merge.Index)))];

    private static List<int> Bytes(string word) => [.. Encoding.UTF8.GetBytes(word).Select(b => (int)b)];

    private static List<int> Replace(List<int> word, TokenPair pair, int token)
    {
        var replaced = new List<int>();
        for (var i = 0; i < word.Count; i++)
        {
            var here = i + 1 < word.Count && word[i] == pair.Left && word[i + 1] == pair.Right;
            replaced.Add(here ? token : word[i]);
            i += here ? 1 : 0;
        }

        return replaced;
    }
}
