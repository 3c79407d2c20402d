// test-top-p: p = 1 must keep everything
double[] TopP(double[] logits, double p)
{
    var powers = logits.Select(z => Math.Exp(z - logits.Max())).ToArray();
    var (all, reached) = (powers.Sum(), 0.0);
    var kept = new HashSet<int>();
    foreach (var token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]))
    {
        if (reached >= p) break;
        kept.Add(token);
        reached += powers[token] / all;
    }

    return [.. logits.Select((z, token) => kept.Contains(token) ? z : double.NegativeInfinity)];
}
