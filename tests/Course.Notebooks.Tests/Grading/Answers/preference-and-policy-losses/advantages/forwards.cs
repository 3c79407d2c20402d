// test-advantages: you go forwards in time
double[] Advantages(double[] rewards, double[] values, bool[] ends, double valueAfter, double gamma, double lambda)
{
    var result = new double[rewards.Length];
    var last = 0.0;
    for (var t = 0; t < rewards.Length; t++)
    {
        var nextValue = ends[t] ? 0 : t + 1 < values.Length ? values[t + 1] : valueAfter;
        last = rewards[t] + (gamma * nextValue) - values[t] + (gamma * lambda * last);
        result[t] = last;
        if (ends[t]) last = 0;
    }

    return result;
}
