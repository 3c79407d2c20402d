// test-move: farthest from the lonely centre
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    return centres.Select((centre, c) =>
    {
        var own = points.Where((_, i) => groups[i] == c).ToArray();
        return own.Length == 0
            ? points.MaxBy(p => p.Zip(centre, (x, y) => (x - y) * (x - y)).Sum()).ToArray()
            : centre.Select((_, j) => own.Average(p => p[j])).ToArray();
    }).ToArray();
}
