// test-next: you take the likeliest token although no setting says so
int Next(double[] logits, int[] text, Settings settings, double uniform)
{
    var scores = Penalise(logits, text, settings.Penalty);
    return Array.IndexOf(scores, scores.Max());
}
