// test-encode: begin with the bytes of UTF-8
int[] Encode(string word, (int Left, int Right)[] merges)
{
    var tokens = word.Select(c => (int)c).ToArray();
    for (var rank = 0; rank < merges.Length; rank++)
    {
        tokens = Merge(tokens, merges[rank], 256 + rank);
    }
    return tokens;
}
