// test-early-stopping: only those in a row count
double[] DescendWithPatience(
    Func<double[], double[]> gradient, Func<double[], double> validationLoss, double[] start, double rate, int steps, int patience)
{
    double[] w = start.ToArray(), best = w;
    var lowest = validationLoss(w);
    var bad = 0;
    for (var step = 0; step < steps && bad < patience; step++)
    {
        var g = gradient(w);
        w = w.Select((x, j) => x - rate * g[j]).ToArray();
        var loss = validationLoss(w);
        if (loss < lowest)
        {
            (best, lowest) = (w, loss);
        }
        else
        {
            bad++;
        }
    }
    return best;
}
