// test-at-temperature: your probabilities do not sum to 1
double[] AtTemperature(double[] logits, double temperature)
{
    var largest = logits.Max();
    return [.. logits.Select(z => Math.Exp((z - largest) / temperature))];
}
