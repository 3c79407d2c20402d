// test-seed: the weights are their squares
double[][] Seed(double[][] points, int k, Func<double> dice)
{
    var chosen = new List<double[]> { points[(int)(dice() * points.Length)] };
    while (chosen.Count < k)
    {
        var weights = points.Select(p => chosen.Min(c => Math.Sqrt(p.Zip(c, (x, y) => (x - y) * (x - y)).Sum()))).ToArray();
        var left = dice() * weights.Sum();
        var i = 0;
        while (weights[i] <= left)
        {
            left -= weights[i++];
        }
        chosen.Add(points[i]);
    }
    return chosen.ToArray();
}
