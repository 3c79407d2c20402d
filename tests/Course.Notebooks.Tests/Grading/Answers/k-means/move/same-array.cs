// test-move: are the same array
double[][] Move(double[][] points, int[] groups, double[][] centres)
{
    var order = Enumerable.Range(0, points.Length)
        .OrderByDescending(i => points[i].Zip(centres[groups[i]], (x, y) => (x - y) * (x - y)).Sum()).ToArray();
    var lonely = 0;
    var moved = new double[centres.Length][];
    for (var c = 0; c < centres.Length; c++)
    {
        var own = points.Where((_, i) => groups[i] == c).ToArray();
        moved[c] = own.Length == 0 ? points[order[lonely++]] : centres[c].Select((_, j) => own.Average(p => p[j])).ToArray();
    }
    return moved;
}
