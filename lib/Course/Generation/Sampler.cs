namespace Course.Generation;

/// <summary>Turns logits into a choice. Works on plain numbers of one position, so it can be read, checked and used anywhere.</summary>
public static class Sampler
{
    /// <summary>The probability with which each token is chosen: the softmax of the logits, after all filters.</summary>
    /// <param name="logits">One number per token; −∞ for a token that must not be chosen.</param>
    /// <param name="options">Temperature and filters.</param>
    /// <returns>As many probabilities as logits; they add up to 1, and tokens that are filtered out have 0.</returns>
    /// <exception cref="ArgumentException">There is no logit, one is NaN or +∞, or all are −∞.</exception>
    public static double[] Probabilities(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validated();
        var likeliest = Likeliest(logits);
        var probabilities = new double[logits.Length];
        if (options.Temperature == 0)
        {
            probabilities[likeliest] = 1;
            return probabilities;
        }

        // Subtracting the largest logit changes no ratio and keeps e^x from overflowing.
        double largest = logits[likeliest];
        for (var i = 0; i < logits.Length; i++)
        {
            probabilities[i] = Math.Exp((logits[i] - largest) / options.Temperature);
        }

        Normalise(probabilities);
        if (options.TopK < logits.Length || options.TopP < 1)
        {
            Filter(probabilities, options);
            Normalise(probabilities);
        }

        return probabilities;
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One number per token.</param>
    /// <param name="options">Temperature and filters.</param>
    /// <param name="random">The source of chance; one number is drawn from it unless the choice is greedy.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentException">There is no logit, one is NaN or +∞, or all are −∞.</exception>
    public static int Next(ReadOnlySpan<float> logits, SamplingOptions options, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        return options.Temperature == 0 ? Likeliest(logits) : Draw(Probabilities(logits, options), random.NextDouble());
    }

    /// <summary>The token at which the running sum of the probabilities passes a number: the inverse of the distribution function.</summary>
    /// <param name="probabilities">They add up to 1.</param>
    /// <param name="uniform">In [0, 1), each value equally likely.</param>
    internal static int Draw(ReadOnlySpan<double> probabilities, double uniform)
    {
        var sum = 0.0;
        var last = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] > 0)
            {
                sum += probabilities[i];
                last = i;
                if (uniform < sum)
                {
                    return i;
                }
            }
        }

        return last; // rounding may leave the sum a hair below 1
    }

    // Of several equally likely tokens the first, so that the choice is the same everywhere.
    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = -1;
        for (var i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]) || float.IsPositiveInfinity(logits[i]))
            {
                throw new ArgumentException(
                    $"The logit of token {i} is {logits[i]}: the model's weights have become infinite or not a number.", nameof(logits));
            }

            if (!float.IsNegativeInfinity(logits[i]) && (best < 0 || logits[i] > logits[best]))
            {
                best = i;
            }
        }

        return best >= 0 ? best : throw new ArgumentException("There is no token to choose from.", nameof(logits));
    }

    private static void Filter(double[] probabilities, SamplingOptions options)
    {
        // Likeliest first; among equals the first token, as in greedy choice.
        var order = Enumerable.Range(0, probabilities.Length)
            .Where(i => probabilities[i] > 0)
            .OrderByDescending(i => probabilities[i])
            .Take(options.TopK ?? int.MaxValue)
            .ToList();
        var total = order.Sum(i => probabilities[i]);
        var kept = new double[probabilities.Length];
        var sum = 0.0;
        foreach (var token in order)
        {
            kept[token] = probabilities[token];
            sum += probabilities[token];
            if (sum >= options.TopP * total)
            {
                break; // the token that crosses the line belongs to the nucleus
            }
        }

        kept.CopyTo(probabilities, 0);
    }

    private static void Normalise(Span<double> probabilities)
    {
        var sum = 0.0;
        foreach (var probability in probabilities)
        {
            sum += probability;
        }

        for (var i = 0; i < probabilities.Length; i++)
        {
            probabilities[i] /= sum;
        }
    }
}
