// test-loss: you summed the squared errors
double Loss(double[] w, double[][] rows, double[] ys, double lambda)
{
    var total = 0.0;
    for (var i = 0; i < rows.Length; i++)
    {
        var y = w[0];
        for (var j = 0; j < rows[i].Length; j++)
        {
            y += w[j + 1] * rows[i][j];
        }
        total += (y - ys[i]) * (y - ys[i]);
    }
    return total + lambda * w.Skip(1).Sum(x => x * x);
}
