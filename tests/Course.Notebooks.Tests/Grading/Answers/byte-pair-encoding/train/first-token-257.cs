// test-train: the first merge makes the token 256
(int Left, int Right)[] Train(string[] words, int merges)
{
    var counted = words.GroupBy(w => w).Select(g => (Tokens: Bytes(g.Key), Times: (long)g.Count())).ToArray();
    var result = new List<(int Left, int Right)>();
    while (result.Count < merges)
    {
        var counts = Count(counted);
        if (counts.Count == 0 || counts.Values.Max() < 2)
        {
            break;
        }
        result.Add(Best(counts));
        counted = counted.Select(w => (Merge(w.Tokens, result[^1], 256 + result.Count), w.Times)).ToArray();
    }
    return result.ToArray();
}
