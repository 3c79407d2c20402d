// test-standardise: you divided by the variance
double[][] Standardise(double[][] training, double[][] rows)
{
    var columns = Enumerable.Range(0, training[0].Length);
    var means = columns.Select(j => training.Average(row => row[j])).ToArray();
    var variances = columns.Select(j => training.Average(row => Math.Pow(row[j] - means[j], 2))).ToArray();
    return rows.Select(row => row.Select((x, j) => variances[j] == 0 ? 0 : (x - means[j]) / variances[j]).ToArray()).ToArray();
}
