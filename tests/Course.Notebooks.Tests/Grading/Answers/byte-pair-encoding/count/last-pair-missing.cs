// test-count: the last pair of a word is missing
Dictionary<(int Left, int Right), long> Count((int[] Tokens, long Times)[] words)
{
    var counts = new Dictionary<(int Left, int Right), long>();
    foreach (var (tokens, times) in words)
    {
        for (var i = 0; i < tokens.Length - 2; i++)
        {
            var pair = (tokens[i], tokens[i + 1]);
            counts[pair] = counts.GetValueOrDefault(pair) + times;
        }
    }
    return counts;
}
