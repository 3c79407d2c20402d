// test-descend: you took one step too many
double[] Descend(Func<double[], double[]> gradient, double[] start, double rate, int steps)
{
    var w = start.ToArray();
    for (var step = 0; step <= steps; step++)
    {
        var g = gradient(w);
        w = w.Select((x, j) => x - rate * g[j]).ToArray();
    }
    return w;
}
