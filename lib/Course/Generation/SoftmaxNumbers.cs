namespace Course.Generation;

/// <summary>What samplers have in common: probabilities and the order of tokens, on plain numbers of one position.</summary>
internal static class SoftmaxNumbers
{
    public static double Largest(ReadOnlySpan<double> logits)
    {
        var largest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        return largest;
    }

    /// <summary>e^logit, divided by the sum of all. At least one logit is finite.</summary>
    public static double[] Probabilities(ReadOnlySpan<double> logits)
    {
        // Subtracting the largest logit changes no ratio and keeps e^x from overflowing.
        var largest = Largest(logits);
        var probabilities = new double[logits.Length];
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            probabilities[i] = Math.Exp(logits[i] - largest);
            sum += probabilities[i];
        }

        foreach (ref var probability in probabilities.AsSpan())
        {
            probability /= sum;
        }

        return probabilities;
    }

    /// <summary>Logarithms of probabilities: logit − log Σ e^logit.</summary>
    public static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        var largest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        var result = new double[logits.Length];
        for (var i = 0; i < logits.Length; i++)
        {
            result[i] = logits[i] - largest - Math.Log(sum);
        }

        return result;
    }

    /// <summary>The tokens by their logits, largest first; among equals the first token, as in greedy choice.</summary>
    public static int[] LikeliestFirst(ReadOnlySpan<double> logits)
    {
        var order = new int[logits.Length];
        var keys = new (double Logit, int Token)[logits.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            keys[i] = (logits[i], i);
        }

        Array.Sort(keys, order, LargestThenFirst);
        return order;
    }

    /// <summary>Forbids all tokens but the first few of an order.</summary>
    public static void KeepFirst(Span<double> logits, ReadOnlySpan<int> order, int count)
    {
        foreach (var token in order[count..])
        {
            logits[token] = double.NegativeInfinity;
        }
    }

    private static readonly Comparer<(double Logit, int Token)> LargestThenFirst = Comparer<(double Logit, int Token)>.Create(
        (a, b) => a.Logit != b.Logit ? b.Logit.CompareTo(a.Logit) : a.Token.CompareTo(b.Token));
}
