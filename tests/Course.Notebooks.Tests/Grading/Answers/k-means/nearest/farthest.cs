// test-nearest: you returned the farthest centre
int Nearest(double[] point, double[][] centres)
{
    return Enumerable.Range(0, centres.Length).MaxBy(c => point.Zip(centres[c], (x, y) => (x - y) * (x - y)).Sum());
}
