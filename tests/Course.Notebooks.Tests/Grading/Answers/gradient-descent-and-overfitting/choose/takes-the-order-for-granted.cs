// test-choose: the prices come in any order
double ChooseLambda(double[] lambdas, double[][] errors)
{
    var means = errors.Select(e => e.Average()).ToArray();
    var best = Array.IndexOf(means, means.Min());
    var s = Math.Sqrt(errors[best].Sum(e => (e - means[best]) * (e - means[best])) / (errors[best].Length - 1));
    // From the best price on to larger ones, as long as they are not clearly worse.
    var chosen = best;
    while (chosen + 1 < means.Length && means[chosen + 1] <= means[best] + s / Math.Sqrt(errors[best].Length))
    {
        chosen++;
    }
    return lambdas[chosen];
}
