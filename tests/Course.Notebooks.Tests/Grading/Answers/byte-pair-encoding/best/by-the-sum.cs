// test-best: the left token decides before the right one
(int Left, int Right) Best(Dictionary<(int Left, int Right), long> counts)
{
    return counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Left + c.Key.Right).First().Key;
}
