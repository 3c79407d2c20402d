// test-advantages: valueAfter stands for all that is still to come
double[] Advantages(double[] rewards, double[] values, bool[] ends, double valueAfter, double gamma, double lambda)
{
    var result = new double[rewards.Length];
    var next = 0.0;
    for (var t = rewards.Length - 1; t >= 0; t--)
    {
        var nextValue = ends[t] || t + 1 == values.Length ? 0 : values[t + 1];
        next = rewards[t] + (gamma * nextValue) - values[t] + (ends[t] ? 0 : gamma * lambda * next);
        result[t] = next;
    }

    return result;
}
