// test-seed: as if all points were equally likely
double[][] Seed(double[][] points, int k, Func<double> dice)
{
    return Enumerable.Range(0, k).Select(_ => points[(int)(dice() * points.Length)]).ToArray();
}
