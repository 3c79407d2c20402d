// test-early-stopping: an array that you change later changes there
double[] DescendWithPatience(
    Func<double[], double[]> gradient, Func<double[], double> validationLoss, double[] start, double rate, int steps, int patience)
{
    var w = start.ToArray();
    var best = w;
    var lowest = validationLoss(w);
    var bad = 0;
    for (var step = 0; step < steps && bad < patience; step++)
    {
        var g = gradient(w);
        for (var j = 0; j < w.Length; j++)
        {
            w[j] -= rate * g[j];
        }
        var loss = validationLoss(w);
        bad++;
        if (loss < lowest)
        {
            (best, lowest, bad) = (w, loss, 0);
        }
    }
    return best;
}
