// test-train: merge the pair in all words
(int Left, int Right)[] Train(string[] words, int merges)
{
    var counted = words.GroupBy(w => w).Select(g => (Bytes(g.Key), (long)g.Count())).ToArray();
    var counts = Count(counted);
    var result = new List<(int Left, int Right)>();
    while (result.Count < merges && counts.Count > 0 && counts.Values.Max() >= 2)
    {
        var pair = Best(counts);
        result.Add(pair);
        counts.Remove(pair);
    }
    return result.ToArray();
}
