// test-decode: a token can hold half a letter
string Decode(int[] tokens, (int Left, int Right)[] merges)
{
    string Text(int token) => Encoding.UTF8.GetString(Spelled(token));
    byte[] Spelled(int token) => token < 256 ? [(byte)token] : [.. Spelled(merges[token - 256].Left), .. Spelled(merges[token - 256].Right)];
    return string.Concat(tokens.Select(Text));
}
