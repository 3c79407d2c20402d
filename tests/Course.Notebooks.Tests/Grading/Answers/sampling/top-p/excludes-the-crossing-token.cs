// test-top-p: the token that crosses the line is missing
double[] TopP(double[] logits, double p)
{
    if (p >= 1) return [.. logits];
    var powers = logits.Select(z => Math.Exp(z - logits.Max())).ToArray();
    var (all, reached) = (powers.Sum(), 0.0);
    var kept = new HashSet<int>();
    foreach (var token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]))
    {
        reached += powers[token] / all;
        if (reached > p) break;
        kept.Add(token);
    }

    return [.. logits.Select((z, token) => kept.Contains(token) ? z : double.NegativeInfinity)];
}
