// test-specials: regular expressions
int[] EncodeWithSpecials(string text, (string Text, int Token)[] specials, Func<string, int[]> encode)
{
    var tokens = new List<int>();
    var pattern = string.Join("|", specials.OrderByDescending(s => s.Text.Length).Select(s => s.Text.Replace("|", "\\|")));
    var begin = 0;
    if (pattern != "")
    {
        foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(text, pattern))
        {
            if (match.Index > begin)
            {
                tokens.AddRange(encode(text[begin..match.Index]));
            }
            tokens.Add(specials.FirstOrDefault(s => s.Text == match.Value).Token);
            begin = match.Index + match.Length;
        }
    }
    if (begin < text.Length)
    {
        tokens.AddRange(encode(text[begin..]));
    }
    return tokens.ToArray();
}
