// test-train: a word counts as often as it occurs in the text
(int Left, int Right)[] Train(string[] words, int merges)
{
    var counted = words.Distinct().Select(w => (Tokens: Bytes(w), Times: 1L)).ToArray();
    var result = new List<(int Left, int Right)>();
    while (result.Count < merges)
    {
        var counts = Count(counted);
        if (counts.Count == 0 || counts.Values.Max() < 2)
        {
            break;
        }
        var pair = Best(counts);
        counted = counted.Select(w => (Merge(w.Tokens, pair, 256 + result.Count), w.Times)).ToArray();
        result.Add(pair);
    }
    return result.ToArray();
}
