// test-descend: you changed the array `start`
double[] Descend(Func<double[], double[]> gradient, double[] start, double rate, int steps)
{
    for (var step = 0; step < steps; step++)
    {
        var g = gradient(start);
        for (var j = 0; j < start.Length; j++)
        {
            start[j] -= rate * g[j];
        }
    }
    return start;
}
