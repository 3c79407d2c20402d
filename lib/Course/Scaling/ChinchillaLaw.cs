using System.Globalization;

namespace Course.Scaling;

/// <summary>
/// What a training will reach, from the size of the model and of its data: L(N, D) = E + A/N^α + B/D^β (Hoffmann et al. 2022,
/// equation 2). E is the entropy of text, which no model goes below; the second term is what a finite model loses, the third what
/// finite data lose. All three grow together: beyond the balance, more of one alone gains almost nothing.
/// </summary>
/// <param name="Irreducible">E, in nats per token.</param>
/// <param name="ParameterScale">A.</param>
/// <param name="DataScale">B.</param>
/// <param name="ParameterExponent">α.</param>
/// <param name="DataExponent">β.</param>
public sealed record ChinchillaLaw(
    double Irreducible, double ParameterScale, double DataScale, double ParameterExponent, double DataExponent)
{
    /// <summary>The published constants (Hoffmann et al. 2022, equation 10).</summary>
    public static ChinchillaLaw Published { get; } = new(1.69, 406.4, 410.7, 0.34, 0.28);

    /// <summary>By which power of the compute the best model grows: a = β / (α + β) (equation 4).</summary>
    public double ParametersPerCompute => DataExponent / (ParameterExponent + DataExponent);

    /// <summary>By which power of the compute the best amount of data grows: b = α / (α + β) (equation 4).</summary>
    public double TokensPerCompute => ParameterExponent / (ParameterExponent + DataExponent);

    /// <summary>The loss, in nats per token.</summary>
    /// <param name="parameters">N.</param>
    /// <param name="tokens">D.</param>
    public double Loss(double parameters, double tokens) =>
        Irreducible
        + (ParameterScale / Math.Pow(TrainingCompute.Positive(parameters, nameof(parameters)), ParameterExponent))
        + (DataScale / Math.Pow(TrainingCompute.Positive(tokens, nameof(tokens)), DataExponent));

    /// <summary>
    /// The model and the data that reach the lowest loss for a budget C = 6·N·D (equation 4): N = G·(C/6)^a and D = (C/6)^b / G with
    /// G = (αA / βB)^(1 / (α + β)).
    /// </summary>
    /// <param name="flops">C, in operations.</param>
    public (double Parameters, double Tokens) Optimal(double flops)
    {
        var pairs = TrainingCompute.Positive(flops, nameof(flops)) / TrainingCompute.FlopsPerParameterAndToken;
        var balance = Math.Pow(
            ParameterExponent * ParameterScale / (DataExponent * DataScale), 1 / (ParameterExponent + DataExponent));
        return (balance * Math.Pow(pairs, ParametersPerCompute), Math.Pow(pairs, TokensPerCompute) / balance);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Irreducible:G4} + {ParameterScale:G4}/N^{ParameterExponent:G3} + {DataScale:G4}/D^{DataExponent:G3}");
}
