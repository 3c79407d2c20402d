// test-loss: you took a root or the plain distances
double Loss(double[] w, double[][] rows, double[] ys, double lambda)
{
    double Predict(double[] row) => w[0] + row.Select((x, j) => x * w[j + 1]).Sum();
    return Math.Sqrt(rows.Select((row, i) => Math.Pow(Predict(row) - ys[i], 2)).Average()) + lambda * w.Skip(1).Sum(x => x * x);
}
