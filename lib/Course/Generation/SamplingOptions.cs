namespace Course.Generation;

/// <summary>How the next token is chosen from the model's probabilities. Immutable.</summary>
/// <remarks>
/// The steps act in this order: the caller's own <see cref="Processors"/>, the penalty for repetition, temperature, then the
/// <see cref="TopK"/> likeliest, of these the smallest set that holds <see cref="TopP"/> of their probability, and of these the ones
/// with at least the share <see cref="MinP"/> of the likeliest one's. What remains is drawn from in proportion.
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

    /// <summary>
    /// Only tokens with at least this share of the likeliest one's probability are drawn from (Nguyen et al. 2024); 0 for all.
    /// </summary>
    public double MinP { get; init; }

    /// <summary>
    /// How much less likely tokens become that stand in the text already (Keskar et al. 2019); 1 for no difference, 1.2 is usual.
    /// Counts for greedy choice too.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Steps of the caller's own, which come before all others.</summary>
    public IReadOnlyList<ILogitsProcessor> Processors { get; init; } = [];

    /// <summary>The steps from the model's logits to those that are drawn from, in their order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public IReadOnlyList<ILogitsProcessor> Pipeline()
    {
        Validated();
        var steps = new List<ILogitsProcessor>(Processors);
        if (RepetitionPenalty != 1)
        {
            steps.Add(new RepetitionPenalty(RepetitionPenalty));
        }

        if (Temperature == 0)
        {
            return steps; // the likeliest token passes every filter
        }

        if (Temperature != 1)
        {
            steps.Add(new TemperatureScaling(Temperature));
        }

        if (TopK is { } count)
        {
            steps.Add(new TopKFilter(count));
        }

        if (TopP < 1)
        {
            steps.Add(new TopPFilter(TopP));
        }

        if (MinP > 0)
        {
            steps.Add(new MinPFilter(MinP));
        }

        return steps;
    }

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

        if (!(MinP is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(MinP), MinP, "Min-p is a share of the likeliest token's probability, in [0, 1]; 0 draws from all tokens.");
        }

        if (!(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(RepetitionPenalty), RepetitionPenalty, "The repetition penalty is a positive number; 1 changes nothing.");
        }

        return this;
    }
}
