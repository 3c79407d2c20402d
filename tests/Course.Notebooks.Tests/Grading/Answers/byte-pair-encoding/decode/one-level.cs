// test-decode: go on until only bytes are left
string Decode(int[] tokens, (int Left, int Right)[] merges)
{
    var bytes = tokens.SelectMany(t => t < 256 ? new[] { t } : [merges[t - 256].Left, merges[t - 256].Right]).Select(t => (byte)t).ToArray();
    return Encoding.UTF8.GetString(bytes);
}
