// test-encode: a pair is merged everywhere in the word
int[] Encode(string word, (int Left, int Right)[] merges)
{
    var tokens = Encoding.UTF8.GetBytes(word).Select(b => (int)b).ToList();
    for (var rank = 0; rank < merges.Length; rank++)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if ((tokens[i], tokens[i + 1]) == merges[rank])
            {
                tokens[i] = 256 + rank;
                tokens.RemoveAt(i + 1);
                break;
            }
        }
    }
    return tokens.ToArray();
}
