namespace Course.Scaling;

/// <summary>
/// How much arithmetic a training costs. A token passes through every weight once forward (a multiplication and an addition) and
/// twice backward, which makes six operations per parameter and token: C = 6·N·D (Kaplan et al. 2020, section 2.1). Attention
/// between positions comes on top and is left out here; <c>GptConfig.TrainingFlopsPerToken</c> counts it too.
/// </summary>
public static class TrainingCompute
{
    /// <summary>Operations per parameter and token: 2 forward, 4 backward.</summary>
    public const double FlopsPerParameterAndToken = 6;

    /// <summary>The operations of a training: C = 6·N·D.</summary>
    /// <param name="parameters">N: weights that take part in a multiplication (embedding tables that are only looked up do not).</param>
    /// <param name="tokens">D: tokens seen in training, repetitions included.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is not positive.</exception>
    public static double Flops(double parameters, double tokens) =>
        FlopsPerParameterAndToken * Positive(parameters, nameof(parameters)) * Positive(tokens, nameof(tokens));

    /// <summary>The tokens a budget pays for: D = C / (6·N).</summary>
    /// <param name="flops">C: the budget, in operations.</param>
    /// <param name="parameters">N.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is not positive.</exception>
    public static double Tokens(double flops, double parameters) =>
        Positive(flops, nameof(flops)) / (FlopsPerParameterAndToken * Positive(parameters, nameof(parameters)));

    internal static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "This is a positive, finite number.");
}
