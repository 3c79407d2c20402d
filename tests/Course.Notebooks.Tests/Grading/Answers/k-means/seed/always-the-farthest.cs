// test-seed: you took the farthest point
double[][] Seed(double[][] points, int k, Func<double> dice)
{
    var chosen = new List<double[]> { points[(int)(dice() * points.Length)] };
    while (chosen.Count < k)
    {
        chosen.Add(points.MaxBy(p => chosen.Min(c => p.Zip(c, (x, y) => (x - y) * (x - y)).Sum())));
    }
    return chosen.ToArray();
}
