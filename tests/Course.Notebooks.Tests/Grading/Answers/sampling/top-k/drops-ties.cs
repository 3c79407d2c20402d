// test-top-k: k tokens must remain, not fewer
double[] TopK(double[] logits, int k)
{
    if (k >= logits.Length) return [.. logits];
    var border = logits.OrderDescending().ElementAt(k);
    return [.. logits.Select(z => z > border ? z : double.NegativeInfinity)];
}
