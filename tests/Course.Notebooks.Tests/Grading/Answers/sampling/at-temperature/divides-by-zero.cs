// test-at-temperature: temperature 0 divides by 0
double[] AtTemperature(double[] logits, double temperature)
{
    var largest = logits.Max();
    var powers = logits.Select(z => Math.Exp((z - largest) / temperature)).ToArray();
    var sum = powers.Sum();
    return [.. powers.Select(power => power / sum)];
}
