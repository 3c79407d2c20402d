// test-move: you measured after the other centres had moved
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    var moved = centres.Select((centre, c) =>
    {
        var own = points.Where((_, i) => groups[i] == c).ToArray();
        return own.Length == 0 ? null : centre.Select((_, j) => own.Average(p => p[j])).ToArray();
    }).ToArray();
    var order = Enumerable.Range(0, points.Length)
        .OrderByDescending(i => points[i].Zip(moved[groups[i]], (x, y) => (x - y) * (x - y)).Sum()).ToArray();
    var next = 0;
    return moved.Select(centre => centre ?? points[order[next++]].ToArray()).ToArray();
}
