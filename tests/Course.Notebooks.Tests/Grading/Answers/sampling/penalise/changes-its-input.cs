// test-penalise: you have changed the scores you were given
double[] Penalise(double[] logits, int[] text, double penalty)
{
    foreach (var token in text.Distinct())
    {
        logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
    }

    return logits;
}
