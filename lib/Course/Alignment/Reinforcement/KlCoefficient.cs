namespace Course.Alignment.Reinforcement;

/// <summary>β, the price of a nat of KL, in the course of a training.</summary>
public abstract record KlCoefficient
{
    /// <summary>β at the start.</summary>
    public required double Initial { get; init; }

    /// <summary>β after some samples.</summary>
    /// <param name="coefficient">β so far.</param>
    /// <param name="kl">The KL to the reference that was measured, in nats per completion.</param>
    /// <param name="samples">On how many completions.</param>
    public abstract double Next(double coefficient, double kl, int samples);

    /// <summary>Returns itself, or says what is wrong.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public virtual KlCoefficient Validated() => Initial >= 0 && double.IsFinite(Initial)
        ? this
        : throw new ArgumentOutOfRangeException(nameof(Initial), Initial, "The price of KL is not negative; 0.05 to 0.2 is usual.");
}

/// <summary>β stays as it is.</summary>
public sealed record FixedKlCoefficient : KlCoefficient
{
    /// <inheritdoc/>
    public override double Next(double coefficient, double kl, int samples) => coefficient;
}

/// <summary>
/// β follows a target: it rises while the policy is farther from the reference than wanted, and falls while it is nearer
/// (Ziegler et al. 2019, section 2.2): e = clip(KL/target − 1, −0.2, 0.2), β ← β (1 + e·n/horizon).
/// </summary>
public sealed record AdaptiveKlCoefficient : KlCoefficient
{
    private const double MostError = 0.2;

    /// <summary>The KL that is aimed at, in nats per completion.</summary>
    public double Target { get; init; } = 6;

    /// <summary>Over how many samples an adjustment is spread: a fifth of β at most for each so many.</summary>
    public double Horizon { get; init; } = 10_000;

    /// <inheritdoc/>
    public override double Next(double coefficient, double kl, int samples)
    {
        var error = Math.Clamp((kl / Target) - 1, -MostError, MostError);
        return coefficient * (1 + (error * samples / Horizon));
    }

    /// <inheritdoc/>
    public override KlCoefficient Validated()
    {
        base.Validated();
        return Target > 0 && Horizon > 0
            ? this
            : throw new ArgumentOutOfRangeException(nameof(Target), Target, "Target and horizon are positive.");
    }
}
