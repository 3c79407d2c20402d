// test-gradient: you let the price pull at w[0]
double[] Gradient(double[] w, double[][] rows, double[] ys, double lambda)
{
    var errors = rows.Select((row, i) => w[0] + row.Select((x, j) => x * w[j + 1]).Sum() - ys[i]).ToArray();
    return w.Select((weight, j) => 2 * errors.Select((e, i) => j == 0 ? e : e * rows[i][j - 1]).Average() + 2 * lambda * weight).ToArray();
}
