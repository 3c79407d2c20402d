// test-at-temperature: your function changes the scores it is given
double[] AtTemperature(double[] logits, double temperature)
{
    var largest = logits.Max();
    if (temperature == 0)
    {
        var first = Array.IndexOf(logits, largest);
        return [.. logits.Select((_, token) => token == first ? 1.0 : 0.0)];
    }

    for (var i = 0; i < logits.Length; i++)
    {
        logits[i] = (logits[i] - largest) / temperature;
    }

    var sum = logits.Sum(Math.Exp);
    var result = logits.Select(z => Math.Exp(z) / sum).ToArray();
    for (var i = 0; i < logits.Length; i++)
    {
        logits[i] = Math.Round((logits[i] * temperature) + largest, 12);
    }

    return result;
}
