namespace Course.Generation;

/// <summary>How the next token is chosen from the model's probabilities. Immutable.</summary>
/// <remarks>
/// The filters act in this order: temperature, then the <see cref="TopK"/> likeliest, then of these the smallest set that holds
/// <see cref="TopP"/> of their probability. What remains is drawn from in proportion.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>Always the likeliest token: the same text every time.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Draws from the model's own probabilities.</summary>
    public static SamplingOptions Default { get; } = new();

    /// <summary>
    /// The logits are divided by it: below 1 likely tokens become likelier, above 1 all become more alike, and 0 takes the likeliest.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many of the likeliest tokens are drawn from (Fan, Lewis and Dauphin 2018); <see langword="null"/> for all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the fewest of the likeliest tokens that together have this probability are drawn from: nucleus sampling (Holtzman et al.
    /// 2020); 1 for all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>Returns the options themselves, or says what is wrong with them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SamplingOptions Validated()
    {
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Temperature), Temperature, "The temperature is 0 (the likeliest token) or more; 0.8 is usual.");
        }

        if (TopK is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(TopK), TopK, "Top-k draws from at least one token; null draws from all.");
        }

        if (!(TopP > 0 && TopP <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(TopP), TopP, "Top-p is a probability in (0, 1]; 1 draws from all tokens.");
        }

        return this;
    }
}
