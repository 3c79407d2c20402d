// test-count: no token reaches from one word into another
Dictionary<(int Left, int Right), long> Count((int[] Tokens, long Times)[] words)
{
    var all = words.SelectMany(word => Enumerable.Repeat(word.Tokens, (int)word.Times).SelectMany(t => t)).ToArray();
    return all.Zip(all.Skip(1)).GroupBy(p => p).ToDictionary(g => (g.Key.First, g.Key.Second), g => (long)g.Count());
}
