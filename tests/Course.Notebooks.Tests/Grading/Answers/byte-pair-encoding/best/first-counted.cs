// test-best: simply the one that was counted first
(int Left, int Right) Best(Dictionary<(int Left, int Right), long> counts)
{
    return counts.MaxBy(c => c.Value).Key;
}
