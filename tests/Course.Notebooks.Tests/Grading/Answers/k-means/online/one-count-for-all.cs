// test-online: each centre has its own count
double[][] Online(IEnumerable<double[]> points, double[][] start)
{
    var centres = start.Select(c => c.ToArray()).ToArray();
    var n = 1;
    foreach (var point in points)
    {
        n++;
        var c = Nearest(point, centres);
        centres[c] = centres[c].Select((x, j) => x + (point[j] - x) / n).ToArray();
    }
    return centres;
}
