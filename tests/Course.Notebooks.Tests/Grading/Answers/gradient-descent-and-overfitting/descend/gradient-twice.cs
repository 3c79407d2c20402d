// test-descend: more often than once in a step
double[] Descend(Func<double[], double[]> gradient, double[] start, double rate, int steps)
{
    var w = start.ToArray();
    for (var step = 0; step < steps; step++)
    {
        w = w.Select((x, j) => x - rate * gradient(w)[j]).ToArray();
        _ = gradient(w);
    }
    return w;
}
