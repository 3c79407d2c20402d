// test-specials: in the order of the text
int[] EncodeWithSpecials(string text, (string Text, int Token)[] specials, Func<string, int[]> encode)
{
    foreach (var (special, token) in specials.OrderByDescending(s => s.Text.Length))
    {
        var at = text.IndexOf(special, StringComparison.Ordinal);
        if (at >= 0)
        {
            var before = at == 0 ? [] : encode(text[..at]);
            return [.. before, token, .. EncodeWithSpecials(text[(at + special.Length)..], specials, encode)];
        }
    }
    return text == "" ? [] : encode(text);
}
