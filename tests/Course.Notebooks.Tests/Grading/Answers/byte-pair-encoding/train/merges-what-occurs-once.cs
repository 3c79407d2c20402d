// test-train: you merged pairs that occur only once
(int Left, int Right)[] Train(string[] words, int merges)
{
    var counted = words.GroupBy(w => w).Select(g => (Tokens: Bytes(g.Key), Times: (long)g.Count())).ToArray();
    var result = new List<(int Left, int Right)>();
    while (result.Count < merges)
    {
        var counts = Count(counted);
        if (counts.Count == 0)
        {
            break;
        }
        var pair = Best(counts);
        counted = counted.Select(w => (Merge(w.Tokens, pair, 256 + result.Count), w.Times)).ToArray();
        result.Add(pair);
    }
    return result.ToArray();
}
