// test-early-stopping: you return the last weights
double[] DescendWithPatience(
    Func<double[], double[]> gradient, Func<double[], double> validationLoss, double[] start, double rate, int steps, int patience)
{
    var w = start.ToArray();
    var lowest = validationLoss(w);
    var bad = 0;
    for (var step = 0; step < steps && bad < patience; step++)
    {
        var g = gradient(w);
        w = w.Select((x, j) => x - rate * g[j]).ToArray();
        var loss = validationLoss(w);
        bad = loss < lowest ? 0 : bad + 1;
        lowest = Math.Min(lowest, loss);
    }
    return w;
}
