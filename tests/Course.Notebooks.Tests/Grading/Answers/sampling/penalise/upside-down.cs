// test-penalise: positive scores grow in yours
double[] Penalise(double[] logits, int[] text, double penalty)
{
    return [.. logits.Select((z, token) => !text.Contains(token) ? z : z > 0 ? z * penalty : z / penalty)];
}
