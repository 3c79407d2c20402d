// test-standardise: a column that is constant in training has the deviation 0
double[][] Standardise(double[][] training, double[][] rows)
{
    var columns = Enumerable.Range(0, training[0].Length);
    var means = columns.Select(j => training.Average(row => row[j])).ToArray();
    var deviations = columns.Select(j => Math.Sqrt(training.Average(row => Math.Pow(row[j] - means[j], 2)))).ToArray();
    return rows.Select(row => row.Select((x, j) => (x - means[j]) / deviations[j]).ToArray()).ToArray();
}
