// test-next: you cut before the penalty
int Next(double[] logits, int[] text, Settings settings, double uniform)
{
    if (settings.Temperature == 0) return Draw(AtTemperature(Penalise(logits, text, settings.Penalty), 0), uniform);
    double[] scores = [.. logits.Select(z => z / settings.Temperature)];
    scores = TopP(TopK(scores, settings.TopK ?? scores.Length), settings.TopP);
    return Draw(AtTemperature(Penalise(scores, text, settings.Penalty), 1), uniform);
}
