// test-online: nearest now
double[][] Online(IEnumerable<double[]> points, double[][] start)
{
    return start.Select((centre, c) =>
    {
        var own = points.Where(p => Nearest(p, start) == c).Prepend(centre).ToArray();
        return centre.Select((_, j) => own.Average(p => p[j])).ToArray();
    }).ToArray();
}
