// test-advantages: γ is missing where the next advantage is added
double[] Advantages(double[] rewards, double[] values, bool[] ends, double valueAfter, double gamma, double lambda)
{
    var result = new double[rewards.Length];
    var next = 0.0;
    for (var t = rewards.Length - 1; t >= 0; t--)
    {
        var nextValue = ends[t] ? 0 : t + 1 < values.Length ? values[t + 1] : valueAfter;
        next = rewards[t] + (gamma * nextValue) - values[t] + (ends[t] ? 0 : lambda * next);
        result[t] = next;
    }

    return result;
}
