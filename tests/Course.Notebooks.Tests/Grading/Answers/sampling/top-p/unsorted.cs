// test-top-p: you add up the probabilities in the order of the tokens
double[] TopP(double[] logits, double p)
{
    if (p >= 1) return [.. logits];
    var powers = logits.Select(z => Math.Exp(z - logits.Max())).ToArray();
    var (all, reached) = (powers.Sum(), 0.0);
    var result = Enumerable.Repeat(double.NegativeInfinity, logits.Length).ToArray();
    for (var token = 0; token < logits.Length && reached < p; token++)
    {
        result[token] = logits[token];
        reached += powers[token] / all;
    }

    return result;
}
