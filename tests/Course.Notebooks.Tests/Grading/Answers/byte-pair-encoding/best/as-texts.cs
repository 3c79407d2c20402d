// test-best: tokens are compared as numbers
(int Left, int Right) Best(Dictionary<(int Left, int Right), long> counts)
{
    return counts.OrderByDescending(c => c.Value).ThenBy(c => $"{c.Key.Left} {c.Key.Right}", StringComparer.Ordinal).First().Key;
}
