// test-top-k: your scores come back sorted
double[] TopK(double[] logits, int k)
{
    return [.. logits.OrderDescending().Select((z, rank) => rank < k ? z : double.NegativeInfinity)];
}
