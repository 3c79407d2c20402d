// test-decode: you turned each byte into the character of that number
string Decode(int[] tokens, (int Left, int Right)[] merges)
{
    string Text(int token) => token < 256 ? $"{(char)token}" : Text(merges[token - 256].Left) + Text(merges[token - 256].Right);
    return string.Concat(tokens.Select(Text));
}
