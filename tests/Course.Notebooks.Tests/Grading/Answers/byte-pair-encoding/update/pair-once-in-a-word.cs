// test-update: it loses twice its share
void Update(Dictionary<(int Left, int Right), long> counts, int[] before, int[] after, long times)
{
    HashSet<(int, int)> Pairs(int[] tokens) => tokens.Zip(tokens.Skip(1)).ToHashSet();
    foreach (var pair in Pairs(before))
    {
        counts[pair] = counts.GetValueOrDefault(pair) - times;
    }
    foreach (var pair in Pairs(after))
    {
        counts[pair] = counts.GetValueOrDefault(pair) + times;
    }
}
