// test-specials: do not encode the empty text
int[] EncodeWithSpecials(string text, (string Text, int Token)[] specials, Func<string, int[]> encode)
{
    var pattern = string.Join("|", specials.OrderByDescending(s => s.Text.Length).Select(s => System.Text.RegularExpressions.Regex.Escape(s.Text)));
    if (pattern == "")
    {
        return encode(text);
    }
    return System.Text.RegularExpressions.Regex.Split(text, $"({pattern})")
        .SelectMany(part => specials.Any(s => s.Text == part) ? [specials.First(s => s.Text == part).Token] : encode(part)).ToArray();
}
