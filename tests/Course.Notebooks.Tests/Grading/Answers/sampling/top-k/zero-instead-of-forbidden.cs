// test-top-k: you forbid with a score of 0
double[] TopK(double[] logits, int k)
{
    var kept = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(k).ToHashSet();
    return [.. logits.Select((z, token) => kept.Contains(token) ? z : 0)];
}
