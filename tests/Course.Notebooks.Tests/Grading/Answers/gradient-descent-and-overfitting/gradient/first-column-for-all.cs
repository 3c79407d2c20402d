// test-gradient: with three columns your derivative with respect to w[2]
double[] Gradient(double[] w, double[][] rows, double[] ys, double lambda)
{
    var errors = rows.Select((row, i) => w[0] + row.Select((x, j) => x * w[j + 1]).Sum() - ys[i]).ToArray();
    return w.Select((weight, j) => j == 0 ? 2 * errors.Average() : 2 * errors.Select((e, i) => e * rows[i][0]).Average() + 2 * lambda * weight).ToArray();
}
