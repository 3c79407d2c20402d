// test-at-temperature: divide the scores, before e to the power of them
double[] AtTemperature(double[] logits, double temperature)
{
    var largest = logits.Max();
    var powers = logits.Select(z => Math.Exp(z - largest)).ToArray();
    var p = powers.Select(power => power / powers.Sum() / temperature).ToArray();
    return [.. p.Select(value => value / p.Sum())];
}
