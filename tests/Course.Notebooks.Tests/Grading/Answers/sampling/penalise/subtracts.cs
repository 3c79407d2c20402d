// test-penalise: you subtract the penalty
double[] Penalise(double[] logits, int[] text, double penalty)
{
    return [.. logits.Select((z, token) => text.Contains(token) ? z - penalty : z)];
}
