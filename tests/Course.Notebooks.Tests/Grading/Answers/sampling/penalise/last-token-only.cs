// test-penalise: only the last token of the text is penalised
double[] Penalise(double[] logits, int[] text, double penalty)
{
    return [.. logits.Select((z, token) => text.Length == 0 || token != text[^1] ? z : z > 0 ? z / penalty : z * penalty)];
}
