// test-nearest: of two equally near centres the first one counts
int Nearest(double[] point, double[][] centres)
{
    var (nearest, lowest) = (0, double.MaxValue);
    for (var c = 0; c < centres.Length; c++)
    {
        var distance = point.Select((x, j) => Math.Pow(x - centres[c][j], 2)).Sum();
        if (distance <= lowest)
        {
            (nearest, lowest) = (c, distance);
        }
    }
    return nearest;
}
