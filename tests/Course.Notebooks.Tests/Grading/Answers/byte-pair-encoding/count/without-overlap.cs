// test-count: every place counts, also where they overlap
Dictionary<(int Left, int Right), long> Count((int[] Tokens, long Times)[] words)
{
    var counts = new Dictionary<(int Left, int Right), long>();
    foreach (var (tokens, times) in words)
    {
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            var pair = (tokens[i], tokens[i + 1]);
            counts[pair] = counts.GetValueOrDefault(pair) + times;
            if (i + 2 < tokens.Length && tokens[i] == tokens[i + 1] && tokens[i + 1] == tokens[i + 2])
            {
                i++;
            }
        }
    }
    return counts;
}
