// test-top-k: of equally likely tokens the first ones stay
double[] TopK(double[] logits, int k)
{
    var kept = Enumerable.Range(0, logits.Length).OrderBy(token => logits[token]).TakeLast(k).ToHashSet();
    return [.. logits.Select((z, token) => kept.Contains(token) ? z : double.NegativeInfinity)];
}
