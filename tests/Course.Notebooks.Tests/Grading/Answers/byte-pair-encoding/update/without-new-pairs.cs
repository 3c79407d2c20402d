// test-update: the new token has neighbours
void Update(Dictionary<(int Left, int Right), long> counts, int[] before, int[] after, long times)
{
    for (var i = 0; i + 1 < before.Length; i++)
    {
        counts[(before[i], before[i + 1])] -= times;
    }
}
