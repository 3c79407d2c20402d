// test-best: the smaller right token decides
(int Left, int Right) Best(Dictionary<(int Left, int Right), long> counts)
{
    return counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Left).First().Key;
}
