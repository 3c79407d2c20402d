// test-top-k: Forbidden tokens stay in the array
double[] TopK(double[] logits, int k)
{
    return [.. logits.OrderDescending().Take(k)];
}
