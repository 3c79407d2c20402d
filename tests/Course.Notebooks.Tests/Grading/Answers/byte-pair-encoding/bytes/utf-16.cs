// test-bytes: you took the bytes of UTF-16
int[] Bytes(string text)
{
    return Encoding.Unicode.GetBytes(text).Select(b => (int)b).ToArray();
}
