// test-specials: the text after the last special token is lost
int[] EncodeWithSpecials(string text, (string Text, int Token)[] specials, Func<string, int[]> encode)
{
    var tokens = new List<int>();
    var ordinary = "";
    for (var i = 0; i < text.Length;)
    {
        var found = specials.Where(s => text[i..].StartsWith(s.Text, StringComparison.Ordinal)).OrderBy(s => -s.Text.Length).ToArray();
        if (found.Length == 0)
        {
            ordinary += text[i++];
            continue;
        }
        if (ordinary != "")
        {
            tokens.AddRange(encode(ordinary));
            ordinary = "";
        }
        tokens.Add(found[0].Token);
        i += found[0].Text.Length;
    }
    return tokens.Count == 0 ? encode(text) : tokens.ToArray();
}
