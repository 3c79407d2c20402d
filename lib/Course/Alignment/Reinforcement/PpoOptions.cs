using System.Globalization;

namespace Course.Alignment.Reinforcement;

/// <summary>How <see cref="PpoTrainer"/> trains. The numbers are those of the original code where it has them. Immutable.</summary>
public sealed record PpoOptions : PolicyOptions
{
    /// <summary>β, the price of a nat of KL to the reference, fixed or following a target.</summary>
    public KlCoefficient Kl { get; init; } = new FixedKlCoefficient { Initial = 0.15 };

    /// <summary>How KL is estimated in the reward.</summary>
    public KlEstimator KlEstimator { get; init; } = KlEstimator.K1;

    /// <summary>γ: how much a reward is worth one token later. 1, as an answer is judged as a whole.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>λ of generalised advantage estimation.</summary>
    public double Lambda { get; init; } = 0.95;

    /// <summary>How much the value function's loss counts.</summary>
    public double ValueCoefficient { get; init; } = 0.1;

    /// <summary>How far a value may profit from moving in one iteration.</summary>
    public double ValueClip { get; init; } = 0.2;

    /// <summary>How much undecidedness is rewarded; 0 for not at all.</summary>
    public double EntropyCoefficient { get; init; }

    /// <summary>Whether rewards are brought to variance 1 in each iteration, keeping their mean.</summary>
    public bool WhitenRewards { get; init; }

    /// <summary>Whether advantages are brought to mean 0 and variance 1 in each iteration.</summary>
    public bool WhitenAdvantages { get; init; } = true;

    /// <inheritdoc/>
    internal override int Completions => Prompts;

    /// <inheritdoc/>
    internal override string Course => base.Course + string.Create(
        CultureInfo.InvariantCulture,
        $"; PPO {Kl} {KlEstimator}, γ {Gamma:R} λ {Lambda:R}, value {ValueCoefficient:R} clip {ValueClip:R}, entropy {EntropyCoefficient:R}, "
        + $"whiten {WhitenRewards} {WhitenAdvantages}");

    /// <inheritdoc/>
    internal override void Validate()
    {
        base.Validate();
        Kl.Validated();
        Require(Enum.IsDefined(KlEstimator), nameof(KlEstimator), (double)KlEstimator, "is K1, K2 or K3");
        Require(Gamma is > 0 and <= 1, nameof(Gamma), Gamma, "lies in (0, 1]");
        Require(Lambda is >= 0 and <= 1, nameof(Lambda), Lambda, "lies in [0, 1]");
        Require(ValueCoefficient >= 0 && double.IsFinite(ValueCoefficient), nameof(ValueCoefficient), ValueCoefficient, "is not negative");
        Require(ValueClip > 0, nameof(ValueClip), ValueClip, "is positive");
        Require(double.IsFinite(EntropyCoefficient), nameof(EntropyCoefficient), EntropyCoefficient, "is a number");
    }
}
