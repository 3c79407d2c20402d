// test-top-p: you begin with the least likely tokens
double[] TopP(double[] logits, double p)
{
    if (p >= 1) return [.. logits];
    var powers = logits.Select(z => Math.Exp(z - logits.Max())).ToArray();
    var (all, reached) = (powers.Sum(), 0.0);
    var kept = new HashSet<int>();
    foreach (var token in Enumerable.Range(0, logits.Length).OrderBy(token => logits[token]))
    {
        if (reached >= p) break;
        kept.Add(token);
        reached += powers[token] / all;
    }

    return [.. logits.Select((z, token) => kept.Contains(token) ? z : double.NegativeInfinity)];
}
