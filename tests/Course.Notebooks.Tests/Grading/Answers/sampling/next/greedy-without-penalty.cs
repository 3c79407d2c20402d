// test-next: at temperature 0 you forget the penalty
int Next(double[] logits, int[] text, Settings settings, double uniform)
{
    if (settings.Temperature == 0) return Array.IndexOf(logits, logits.Max());
    var scores = Penalise(logits, text, settings.Penalty);
    scores = [.. scores.Select(z => z / settings.Temperature)];
    scores = TopP(TopK(scores, settings.TopK ?? scores.Length), settings.TopP);
    return Draw(AtTemperature(scores, 1), uniform);
}
