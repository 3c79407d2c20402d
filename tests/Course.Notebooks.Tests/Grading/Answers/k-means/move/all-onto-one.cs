// test-move: two lonely centres moved onto the same point
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    var farthest = Enumerable.Range(0, points.Length).MaxBy(i => points[i].Zip(centres[groups[i]], (x, y) => (x - y) * (x - y)).Sum());
    return centres.Select((centre, c) =>
    {
        var own = points.Where((_, i) => groups[i] == c).ToArray();
        return centre.Select((_, j) => own.Length == 0 ? points[farthest][j] : own.Average(p => p[j])).ToArray();
    }).ToArray();
}
