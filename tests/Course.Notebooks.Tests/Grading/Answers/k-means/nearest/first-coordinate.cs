// test-nearest: you looked at the first coordinate only
int Nearest(double[] point, double[][] centres)
{
    var best = 0;
    for (var c = 1; c < centres.Length; c++)
    {
        if (Math.Abs(centres[c][0] - point[0]) < Math.Abs(centres[best][0] - point[0]))
        {
            best = c;
        }
    }
    return best;
}
