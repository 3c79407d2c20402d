// test-loss: you divided the price by the number of rows
double Loss(double[] w, double[][] rows, double[] ys, double lambda)
{
    double Predict(double[] row) => w[0] + row.Select((x, j) => x * w[j + 1]).Sum();
    return (rows.Select((row, i) => Math.Pow(Predict(row) - ys[i], 2)).Sum() + lambda * w.Skip(1).Sum(x => x * x)) / rows.Length;
}
