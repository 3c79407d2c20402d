// test-encode: merged from left to right
int[] Encode(string word, (int Left, int Right)[] merges)
{
    var tokens = Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToList();
    for (var i = 0; i + 1 < tokens.Count;)
    {
        var rank = Array.IndexOf(merges, (tokens[i], tokens[i + 1]));
        if (rank < 0)
        {
            i++;
            continue;
        }
        tokens[i] = 256 + rank;
        tokens.RemoveAt(i + 1);
        i = 0;
    }
    return tokens.ToArray();
}
