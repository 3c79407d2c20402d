// test-loss: you charged w[0] too
double Loss(double[] w, double[][] rows, double[] ys, double lambda)
{
    double Predict(double[] row) => w[0] + row.Select((x, j) => x * w[j + 1]).Sum();
    return rows.Select((row, i) => Math.Pow(Predict(row) - ys[i], 2)).Average() + lambda * w.Sum(x => x * x);
}
