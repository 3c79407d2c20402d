// test-online: your counts begin at 0
double[][] Online(IEnumerable<double[]> points, double[][] start)
{
    var centres = start.Select(c => c.ToArray()).ToArray();
    var counts = new int[centres.Length];
    foreach (var point in points)
    {
        var c = Nearest(point, centres);
        counts[c]++;
        centres[c] = centres[c].Select((x, j) => x + (point[j] - x) / counts[c]).ToArray();
    }
    return centres;
}
