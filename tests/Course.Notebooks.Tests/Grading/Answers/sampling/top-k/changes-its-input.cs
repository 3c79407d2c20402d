// test-top-k: you have changed the scores you were given
double[] TopK(double[] logits, int k)
{
    foreach (var token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Skip(k).ToArray())
    {
        logits[token] = double.NegativeInfinity;
    }

    return logits;
}
