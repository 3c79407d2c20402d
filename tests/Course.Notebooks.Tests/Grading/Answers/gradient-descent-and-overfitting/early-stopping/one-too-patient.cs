// test-early-stopping: one step longer than
double[] DescendWithPatience(
    Func<double[], double[]> gradient, Func<double[], double> validationLoss, double[] start, double rate, int steps, int patience)
{
    double[] w = start.ToArray(), best = w;
    var lowest = validationLoss(w);
    var bad = 0;
    for (var step = 0; step < steps && bad <= patience; step++)
    {
        var g = gradient(w);
        w = w.Select((x, j) => x - rate * g[j]).ToArray();
        var loss = validationLoss(w);
        bad++;
        if (loss < lowest)
        {
            (best, lowest, bad) = (w, loss, 0);
        }
    }
    return best;
}
