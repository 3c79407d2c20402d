// test-at-temperature: Subtract the largest score from all of them first
double[] AtTemperature(double[] logits, double temperature)
{
    var powers = logits.Select(z => Math.Exp(z / temperature)).ToArray();
    var sum = powers.Sum();
    return [.. powers.Select(power => power / sum)];
}
