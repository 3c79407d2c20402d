// test-choose: divides by K - 1
double ChooseLambda(double[] lambdas, double[][] errors)
{
    var means = errors.Select(e => e.Average()).ToArray();
    var best = Array.IndexOf(means, means.Min());
    var s = Math.Sqrt(errors[best].Average(e => (e - means[best]) * (e - means[best])));
    return lambdas.Where((_, i) => means[i] <= means[best] + s / Math.Sqrt(errors[best].Length)).Max();
}
