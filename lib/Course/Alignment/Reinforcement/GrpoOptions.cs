using System.Globalization;

namespace Course.Alignment.Reinforcement;

/// <summary>Over what the losses of the tokens are averaged.</summary>
public enum GrpoNormalisation
{
    /// <summary>
    /// Within each completion first, then over the completions (Shao et al. 2024, equation 3). In a long completion each token counts
    /// less: long wrong answers are punished less than short ones.
    /// </summary>
    PerSequence,

    /// <summary>Over all tokens alike (Yu et al. 2025, "DAPO", section 3.3): long completions count more.</summary>
    PerToken,

    /// <summary>
    /// The sum over the tokens, divided by the number of completions times the token limit, which is the same for all (Liu et al. 2025,
    /// "Dr. GRPO"): length plays no part.
    /// </summary>
    Constant,
}

/// <summary>Where the KL to the reference enters.</summary>
public enum GrpoKl
{
    /// <summary>
    /// In the loss, by the k3 estimate (Shao et al. 2024, equation 4). The estimate's value is that of KL(π ‖ π_ref), but its gradient
    /// is not: in expectation it is that of KL(π_ref ‖ π). So the policy is held near the reference without aiming at the optimum
    /// π* ∝ π_ref e^{r/β}.
    /// </summary>
    InLoss,

    /// <summary>In the reward, by the k1 estimate, as in PPO: the optimum is π*.</summary>
    InReward,
}

/// <summary>How <see cref="GrpoTrainer"/> trains. Immutable.</summary>
public sealed record GrpoOptions : PolicyOptions
{
    /// <summary>G: how often each prompt is completed; at least 2.</summary>
    public int GroupSize { get; init; } = 8;

    /// <summary>β: how much the KL to the reference counts; 0 for not at all.</summary>
    public double Beta { get; init; } = 0.04;

    /// <summary>Where it counts.</summary>
    public GrpoKl Kl { get; init; } = GrpoKl.InLoss;

    /// <summary>Over what the losses of the tokens are averaged.</summary>
    public GrpoNormalisation Normalisation { get; init; } = GrpoNormalisation.PerSequence;

    /// <summary>
    /// Whether a group's advantages are divided by the standard deviation of its rewards. Dr. GRPO does not: it makes questions that
    /// are nearly always or nearly never answered right weigh too much.
    /// </summary>
    public bool ScaleByDeviation { get; init; } = true;

    /// <summary>The same options with Dr. GRPO's two corrections.</summary>
    public GrpoOptions AsDrGrpo() => this with { Normalisation = GrpoNormalisation.Constant, ScaleByDeviation = false };

    /// <inheritdoc/>
    internal override int Completions => Prompts * GroupSize;

    /// <inheritdoc/>
    internal override string Course => base.Course + string.Create(
        CultureInfo.InvariantCulture, $"; GRPO groups of {GroupSize}, β {Beta:R} {Kl}, {Normalisation}, scaled {ScaleByDeviation}");

    /// <inheritdoc/>
    internal override void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(GroupSize, 2);
        Require(Beta >= 0 && double.IsFinite(Beta), nameof(Beta), Beta, "is not negative");
        Require(Enum.IsDefined(Kl), nameof(Kl), (double)Kl, "is in the loss or in the reward");
        Require(Enum.IsDefined(Normalisation), nameof(Normalisation), (double)Normalisation, "is one of the three");
        base.Validate();
    }
}
