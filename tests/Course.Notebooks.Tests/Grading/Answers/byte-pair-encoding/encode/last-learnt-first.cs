// test-encode: the pair that was LEARNT first comes first
int[] Encode(string word, (int Left, int Right)[] merges)
{
    var tokens = Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToArray();
    for (var rank = merges.Length - 1; rank >= 0; rank--)
    {
        tokens = Merge(tokens, merges[rank], 256 + rank);
    }
    return tokens;
}
