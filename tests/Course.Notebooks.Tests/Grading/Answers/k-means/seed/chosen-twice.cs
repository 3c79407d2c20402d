// test-seed: you chose the same point twice
double[][] Seed(double[][] points, int k, Func<double> dice)
{
    var chosen = new List<double[]> { points[(int)(dice() * points.Length)] };
    while (chosen.Count < k)
    {
        var weights = points.Select(p => chosen.Min(c => p.Zip(c, (x, y) => (x - y) * (x - y)).Sum())).ToArray();
        var target = dice() * weights.Sum();
        var sum = 0.0;
        chosen.Add(points.Where((_, i) => (sum += weights[i]) >= target).First());
    }
    return chosen.ToArray();
}
