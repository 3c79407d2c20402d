// test-decode: token 256 is u and g
string Decode(int[] tokens, (int Left, int Right)[] merges)
{
    var waiting = new Stack<int>(tokens.Reverse());
    var bytes = new List<byte>();
    while (waiting.Count > 0)
    {
        var token = waiting.Pop();
        if (token < 256)
        {
            bytes.Add((byte)token);
        }
        else
        {
            waiting.Push(merges[token - 256].Left);
            waiting.Push(merges[token - 256].Right);
        }
    }
    return Encoding.UTF8.GetString(bytes.ToArray());
}
