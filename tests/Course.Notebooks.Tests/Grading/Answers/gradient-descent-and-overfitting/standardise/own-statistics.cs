// test-standardise: each must be scaled as in training
double[][] Standardise(double[][] training, double[][] rows)
{
    var scaled = rows.Select(row => row.ToArray()).ToArray();
    for (var j = 0; j < rows[0].Length; j++)
    {
        var mean = rows.Average(row => row[j]);
        var deviation = Math.Sqrt(rows.Average(row => Math.Pow(row[j] - mean, 2)));
        foreach (var row in scaled)
        {
            row[j] = deviation == 0 ? 0 : (row[j] - mean) / deviation;
        }
    }
    return scaled;
}
