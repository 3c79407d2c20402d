// test-penalise: It counts once
double[] Penalise(double[] logits, int[] text, double penalty)
{
    double[] result = [.. logits];
    foreach (var token in text)
    {
        result[token] = result[token] > 0 ? result[token] / penalty : result[token] * penalty;
    }

    return result;
}
