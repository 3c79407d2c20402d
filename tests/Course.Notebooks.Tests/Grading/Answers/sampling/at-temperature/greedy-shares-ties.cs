// test-at-temperature: the first of them gets it all
double[] AtTemperature(double[] logits, double temperature)
{
    var largest = logits.Max();
    var powers = temperature == 0 ? [.. logits.Select(z => z == largest ? 1.0 : 0)] : logits.Select(z => Math.Exp((z - largest) / temperature)).ToArray();
    var sum = powers.Sum();
    return [.. powers.Select(power => power / sum)];
}
