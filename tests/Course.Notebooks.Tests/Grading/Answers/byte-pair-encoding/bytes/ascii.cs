// test-bytes: became a question mark
int[] Bytes(string text)
{
    return Encoding.ASCII.GetBytes(text).Select(b => (int)b).ToArray();
}
