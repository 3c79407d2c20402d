// test-next: you measure the nucleus before the temperature
int Next(double[] logits, int[] text, Settings settings, double uniform)
{
    var scores = Penalise(logits, text, settings.Penalty);
    scores = TopP(TopK(scores, settings.TopK ?? scores.Length), settings.TopP);
    return Draw(AtTemperature(scores, settings.Temperature), uniform);
}
