namespace Course.Generation;

/// <summary>Turns logits into a choice. Works on plain numbers of one position, so it can be read, checked and used anywhere.</summary>
public static class Sampler
{
    /// <summary>The probability with which each token is chosen: the softmax of the logits, after all filters.</summary>
    /// <param name="logits">One number per token; −∞ for a token that must not be chosen.</param>
    /// <param name="options">Temperature, filters and penalties.</param>
    /// <param name="text">The text so far, which a penalty for repetition looks at.</param>
    /// <returns>As many probabilities as logits; they add up to 1, and tokens that are filtered out have 0.</returns>
    /// <exception cref="ArgumentException">There is no logit, one is NaN or +∞, or all are −∞.</exception>
    public static double[] Probabilities(ReadOnlySpan<float> logits, SamplingOptions options, ReadOnlySpan<int> text = default)
    {
        var processed = Processed(logits, options, text);
        if (options.Temperature > 0)
        {
            return SoftmaxNumbers.Probabilities(processed);
        }

        var probabilities = new double[logits.Length];
        probabilities[Likeliest(processed)] = 1;
        return probabilities;
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One number per token.</param>
    /// <param name="options">Temperature, filters and penalties.</param>
    /// <param name="random">The source of chance; one number is drawn from it unless the choice is greedy.</param>
    /// <param name="text">The text so far, which a penalty for repetition looks at.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentException">There is no logit, one is NaN or +∞, or all are −∞.</exception>
    public static int Next(ReadOnlySpan<float> logits, SamplingOptions options, Random random, ReadOnlySpan<int> text = default)
    {
        ArgumentNullException.ThrowIfNull(random);
        var processed = Processed(logits, options, text);
        return options.Temperature == 0
            ? Likeliest(processed)
            : Draw(SoftmaxNumbers.Probabilities(processed), random.NextDouble());
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

    // The logits after all steps of the pipeline. They are checked first: a step may rely on numbers.
    private static double[] Processed(ReadOnlySpan<float> logits, SamplingOptions options, ReadOnlySpan<int> text)
    {
        ArgumentNullException.ThrowIfNull(options);
        var processed = new double[logits.Length];
        for (var i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]) || float.IsPositiveInfinity(logits[i]))
            {
                throw new ArgumentException(
                    $"The logit of token {i} is {logits[i]}: the model's weights have become infinite or not a number.", nameof(logits));
            }

            processed[i] = logits[i];
        }

        _ = Likeliest(processed);
        foreach (var step in options.Pipeline())
        {
            step.Process(processed, text);
            _ = Likeliest(processed);
        }

        return processed;
    }

    // Of several equally likely tokens the first, so that the choice is the same everywhere.
    private static int Likeliest(ReadOnlySpan<double> logits)
    {
        var best = -1;
        for (var i = 0; i < logits.Length; i++)
        {
            if (!double.IsNegativeInfinity(logits[i]) && (best < 0 || logits[i] > logits[best]))
            {
                best = i;
            }
        }

        return best >= 0 ? best : throw new ArgumentException("There is no token to choose from.", nameof(logits));
    }
}
