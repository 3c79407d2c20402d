// test-next: Is the order right
int Next(double[] logits, int[] text, Settings settings, double uniform)
{
    var scores = Penalise(logits, text, settings.Penalty);
    if (settings.Temperature == 0) return Draw(AtTemperature(scores, 0), uniform);
    scores = [.. scores.Select(z => z / settings.Temperature)];
    scores = TopP(TopK(scores, settings.TopK ?? scores.Length), settings.TopP);
    return Draw(AtTemperature(scores, settings.Temperature), uniform);
}
