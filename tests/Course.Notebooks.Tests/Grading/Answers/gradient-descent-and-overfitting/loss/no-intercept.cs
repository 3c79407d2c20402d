// test-loss: does w[0] stand alone
double Loss(double[] w, double[][] rows, double[] ys, double lambda)
{
    double Predict(double[] row) => row.Select((x, j) => x * w[j]).Sum();
    return rows.Select((row, i) => Math.Pow(Predict(row) - ys[i], 2)).Average() + lambda * w.Skip(1).Sum(x => x * x);
}
