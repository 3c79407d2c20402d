// test-top-p: You compare each probability with p
double[] TopP(double[] logits, double p)
{
    var powers = logits.Select(z => Math.Exp(z - logits.Max())).ToArray();
    return [.. logits.Select((z, token) => powers[token] / powers.Sum() >= p ? z : double.NegativeInfinity)];
}
