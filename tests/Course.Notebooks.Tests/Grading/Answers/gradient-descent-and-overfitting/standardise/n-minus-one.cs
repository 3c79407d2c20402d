// test-standardise: by n - 1
double[][] Standardise(double[][] training, double[][] rows)
{
    var columns = Enumerable.Range(0, training[0].Length);
    var means = columns.Select(j => training.Average(row => row[j])).ToArray();
    var deviations = columns.Select(j => Math.Sqrt(training.Sum(row => Math.Pow(row[j] - means[j], 2)) / (training.Length - 1))).ToArray();
    return rows.Select(row => row.Select((x, j) => deviations[j] == 0 ? 0 : (x - means[j]) / deviations[j]).ToArray()).ToArray();
}
