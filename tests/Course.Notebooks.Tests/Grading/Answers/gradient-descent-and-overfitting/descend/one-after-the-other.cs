// test-descend: compute the whole gradient first
double[] Descend(Func<double[], double[]> gradient, double[] start, double rate, int steps)
{
    var w = start.ToArray();
    for (var step = 0; step < steps; step++)
    {
        for (var j = 0; j < w.Length; j++)
        {
            w[j] -= rate * gradient(w)[j];
        }
    }
    return w;
}
