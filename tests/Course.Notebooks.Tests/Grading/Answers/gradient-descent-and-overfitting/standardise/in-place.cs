// test-standardise: you changed the rows that you were given
double[][] Standardise(double[][] training, double[][] rows)
{
    for (var j = 0; j < training[0].Length; j++)
    {
        var column = training.Select(r => r[j]).ToArray();
        var mean = column.Average();
        var deviation = Math.Sqrt(column.Average(x => (x - mean) * (x - mean)));
        foreach (var row in training)
        {
            row[j] = deviation == 0 ? 0 : (row[j] - mean) / deviation;
        }
        if (training != rows)
        {
            foreach (var row in rows)
            {
                row[j] = deviation == 0 ? 0 : (row[j] - mean) / deviation;
            }
        }
    }
    return rows;
}
