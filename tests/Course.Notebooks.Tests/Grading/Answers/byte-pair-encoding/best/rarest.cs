// test-best: you did not choose the most frequent pair
(int Left, int Right) Best(Dictionary<(int Left, int Right), long> counts)
{
    return counts.MinBy(c => c.Value).Key;
}
