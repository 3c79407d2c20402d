// test-update: the neighbours have lost their old partners
void Update(Dictionary<(int Left, int Right), long> counts, int[] before, int[] after, long times)
{
    // The merged pair is the one where the words begin to differ.
    var first = Enumerable.Range(0, after.Length).FirstOrDefault(i => before[i] != after[i]);
    if (before.Length > after.Length)
    {
        counts[(before[first], before[first + 1])] = 0;
    }
    for (var i = 0; i + 1 < after.Length; i++)
    {
        if (after[i] >= 256 || after[i + 1] >= 256)
        {
            counts[(after[i], after[i + 1])] = counts.GetValueOrDefault((after[i], after[i + 1])) + times;
        }
    }
}
