// test-nearest: you added up plain differences
int Nearest(double[] point, double[][] centres)
{
    return Enumerable.Range(0, centres.Length).MinBy(c => point.Zip(centres[c], (x, y) => Math.Abs(x - y)).Sum());
}
