// test-encode: you took the longest token that fits
int[] Encode(string word, (int Left, int Right)[] merges)
{
    var spelled = Enumerable.Range(0, 256).Select(b => new List<byte> { (byte)b }).ToList();
    foreach (var (left, right) in merges)
    {
        spelled.Add([.. spelled[left], .. spelled[right]]);
    }
    var bytes = Encoding.UTF8.GetBytes(word);
    var tokens = new List<int>();
    for (var i = 0; i < bytes.Length; i += spelled[tokens[^1]].Count)
    {
        tokens.Add(Enumerable.Range(0, spelled.Count).Where(t => bytes.Skip(i).Take(spelled[t].Count).SequenceEqual(spelled[t])).MaxBy(t => spelled[t].Count));
    }
    return tokens.ToArray();
}
