// test-penalise: the token that was to be discouraged is encouraged
double[] Penalise(double[] logits, int[] text, double penalty)
{
    return [.. logits.Select((z, token) => text.Contains(token) ? z / penalty : z)];
}
