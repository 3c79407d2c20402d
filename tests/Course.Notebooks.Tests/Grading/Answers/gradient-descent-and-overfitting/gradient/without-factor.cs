// test-gradient: leaves a factor 2
double[] Gradient(double[] w, double[][] rows, double[] ys, double lambda)
{
    var errors = rows.Select((row, i) => w[0] + row.Select((x, j) => x * w[j + 1]).Sum() - ys[i]).ToArray();
    return w.Select((weight, j) => j == 0 ? errors.Average() : errors.Select((e, i) => e * rows[i][j - 1]).Average() + lambda * weight).ToArray();
}
