// test-move: must not stay
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    return centres.Select((centre, c) =>
    {
        var own = points.Where((_, i) => groups[i] == c).ToArray();
        return centre.Select((x, j) => own.Length == 0 ? x : own.Average(p => p[j])).ToArray();
    }).ToArray();
}
