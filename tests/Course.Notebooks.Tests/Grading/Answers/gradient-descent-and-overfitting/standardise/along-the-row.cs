// test-standardise: over all rows of one column
double[][] Standardise(double[][] training, double[][] rows)
{
    return rows.Select(row =>
    {
        var mean = row.Average();
        var deviation = Math.Sqrt(row.Average(x => (x - mean) * (x - mean)));
        return row.Select(x => deviation == 0 ? 0 : (x - mean) / deviation).ToArray();
    }).ToArray();
}
