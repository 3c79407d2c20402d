// test-online: copy each centre
double[][] Online(IEnumerable<double[]> points, double[][] start)
{
    var centres = start.ToArray();
    var counts = Enumerable.Repeat(1, centres.Length).ToArray();
    foreach (var point in points)
    {
        var c = Nearest(point, centres);
        counts[c]++;
        for (var j = 0; j < point.Length; j++)
        {
            centres[c][j] += (point[j] - centres[c][j]) / counts[c];
        }
    }
    return centres;
}
