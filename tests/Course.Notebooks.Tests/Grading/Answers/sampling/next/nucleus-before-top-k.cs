// test-next: you measure the nucleus before top-k
int Next(double[] logits, int[] text, Settings settings, double uniform)
{
    var scores = Penalise(logits, text, settings.Penalty);
    if (settings.Temperature == 0) return Draw(AtTemperature(scores, 0), uniform);
    scores = [.. scores.Select(z => z / settings.Temperature)];
    scores = TopK(TopP(scores, settings.TopP), settings.TopK ?? scores.Length);
    return Draw(AtTemperature(scores, 1), uniform);
}
