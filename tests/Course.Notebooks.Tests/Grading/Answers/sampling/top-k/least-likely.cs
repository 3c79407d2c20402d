// test-top-k: you keep the least likely tokens
double[] TopK(double[] logits, int k)
{
    var kept = Enumerable.Range(0, logits.Length).OrderBy(token => logits[token]).Take(k).ToHashSet();
    return [.. logits.Select((z, token) => kept.Contains(token) ? z : double.NegativeInfinity)];
}
