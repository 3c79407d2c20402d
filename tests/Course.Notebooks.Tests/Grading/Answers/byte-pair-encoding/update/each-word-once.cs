// test-update: and so does each of its pairs
void Update(Dictionary<(int Left, int Right), long> counts, int[] before, int[] after, long times)
{
    for (var i = 0; i + 1 < before.Length; i++)
    {
        counts[(before[i], before[i + 1])] = counts.GetValueOrDefault((before[i], before[i + 1])) - 1;
    }
    for (var i = 0; i + 1 < after.Length; i++)
    {
        counts[(after[i], after[i + 1])] = counts.GetValueOrDefault((after[i], after[i + 1])) + 1;
    }
}
