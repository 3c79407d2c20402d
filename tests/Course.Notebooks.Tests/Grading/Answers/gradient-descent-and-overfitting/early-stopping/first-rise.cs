// test-early-stopping: you stopped at the first step
double[] DescendWithPatience(
    Func<double[], double[]> gradient, Func<double[], double> validationLoss, double[] start, double rate, int steps, int patience)
{
    var w = start.ToArray();
    for (var step = 0; step < steps; step++)
    {
        var g = gradient(w);
        var next = w.Select((x, j) => x - rate * g[j]).ToArray();
        if (validationLoss(next) >= validationLoss(w))
        {
            return w;
        }
        w = next;
    }
    return w;
}
