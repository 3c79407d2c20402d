// test-bytes: in UTF-8 an é is two bytes
int[] Bytes(string text)
{
    return text.Select(c => (int)c).ToArray();
}
