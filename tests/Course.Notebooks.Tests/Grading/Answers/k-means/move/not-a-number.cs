// test-move: the mean of no points is 0/0
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    var sums = centres.Select(centre => new double[centre.Length]).ToArray();
    var counts = new int[centres.Length];
    for (var i = 0; i < points.Length; i++)
    {
        counts[groups[i]]++;
        for (var j = 0; j < points[i].Length; j++)
        {
            sums[groups[i]][j] += points[i][j];
        }
    }
    return sums.Select((sum, c) => sum.Select(x => x / counts[c]).ToArray()).ToArray();
}
