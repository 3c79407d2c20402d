// test-count: you counted each word once
Dictionary<(int Left, int Right), long> Count((int[] Tokens, long Times)[] words)
{
    var counts = new Dictionary<(int Left, int Right), long>();
    foreach (var (tokens, _) in words)
    {
        for (var i = 1; i < tokens.Length; i++)
        {
            var pair = (tokens[i - 1], tokens[i]);
            counts[pair] = counts.GetValueOrDefault(pair) + 1;
        }
    }
    return counts;
}
