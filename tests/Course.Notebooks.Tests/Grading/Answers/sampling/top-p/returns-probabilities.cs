// test-top-p: you return probabilities
double[] TopP(double[] logits, double p)
{
    if (p >= 1) return [.. logits];
    var powers = logits.Select(z => Math.Exp(z - logits.Max())).ToArray();
    var (all, reached) = (powers.Sum(), 0.0);
    var kept = new HashSet<int>();
    foreach (var token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]))
    {
        if (reached >= p) break;
        kept.Add(token);
        reached += powers[token] / all;
    }

    return [.. powers.Select((power, token) => kept.Contains(token) ? power / all : 0)];
}
