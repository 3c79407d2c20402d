// test-gradient: points downhill
double[] Gradient(double[] w, double[][] rows, double[] ys, double lambda)
{
    var gradient = new double[w.Length];
    for (var i = 0; i < rows.Length; i++)
    {
        var error = ys[i] - (w[0] + rows[i].Select((x, j) => x * w[j + 1]).Sum());
        gradient[0] += 2 * error / rows.Length;
        for (var j = 1; j < w.Length; j++)
        {
            gradient[j] += 2 * error * rows[i][j - 1] / rows.Length;
        }
    }
    for (var j = 1; j < w.Length; j++)
    {
        gradient[j] += 2 * lambda * w[j];
    }
    return gradient;
}
