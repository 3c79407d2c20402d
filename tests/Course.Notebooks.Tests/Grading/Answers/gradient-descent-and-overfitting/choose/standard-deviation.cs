// test-choose: you allowed a whole standard deviation
double ChooseLambda(double[] lambdas, double[][] errors)
{
    var means = errors.Select(e => e.Average()).ToArray();
    var best = Array.IndexOf(means, means.Min());
    var s = Math.Sqrt(errors[best].Sum(e => (e - means[best]) * (e - means[best])) / (errors[best].Length - 1));
    return lambdas.Where((_, i) => means[i] <= means[best] + s).Max();
}
