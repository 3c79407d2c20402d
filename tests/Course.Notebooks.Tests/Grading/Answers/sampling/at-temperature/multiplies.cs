// test-at-temperature: your temperature works the wrong way
double[] AtTemperature(double[] logits, double temperature)
{
    var largest = logits.Max();
    var powers = logits.Select(z => Math.Exp((z - largest) * temperature)).ToArray();
    return [.. powers.Select(power => power / powers.Sum())];
}
