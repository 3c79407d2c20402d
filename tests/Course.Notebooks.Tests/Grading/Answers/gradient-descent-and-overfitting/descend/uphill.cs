// test-descend: you went uphill
double[] Descend(Func<double[], double[]> gradient, double[] start, double rate, int steps)
{
    var w = start.ToArray();
    for (var step = 0; step < steps; step++)
    {
        var g = gradient(w);
        for (var j = 0; j < w.Length; j++)
        {
            w[j] += rate * g[j];
        }
    }
    return w;
}
