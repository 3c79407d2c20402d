// test-top-k: you keep one token too many
double[] TopK(double[] logits, int k)
{
    var order = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ToList();
    return [.. logits.Select((z, token) => order.IndexOf(token) <= k ? z : double.NegativeInfinity)];
}
