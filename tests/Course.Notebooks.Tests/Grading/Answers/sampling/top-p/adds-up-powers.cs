// test-top-p: Are what you add up probabilities
double[] TopP(double[] logits, double p)
{
    if (p >= 1) return [.. logits];
    var reached = 0.0;
    var kept = new HashSet<int>();
    foreach (var token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]))
    {
        if (reached >= p) break;
        kept.Add(token);
        reached += Math.Exp(logits[token]);
    }

    return [.. logits.Select((z, token) => kept.Contains(token) ? z : double.NegativeInfinity)];
}
