using System.Globalization;

namespace Course.Alignment.FineTuning;

/// <summary>The shape of <see cref="LoraAdapters"/>. Immutable.</summary>
public sealed record LoraOptions
{
    /// <summary>The rank r of the corrections: a layer of m inputs and n outputs gets r·(m + n) numbers instead of m·n.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: the correction is scaled by α/r, so that another rank needs no other learning rate.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>The share of a correction's inputs set to zero while training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Which linear layers get one: the last part of their names. Attention only by default, as in the paper (section 4.2); a
    /// feed-forward network's are "widen", "narrow" and, where there is one, "gate".
    /// </summary>
    public IReadOnlyList<string> Targets { get; init; } = ["qkv", "output"];

    /// <summary>α/r.</summary>
    public double Scale => Alpha / Rank;

    /// <summary>Returns the options themselves, or says what is wrong with them.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or there is no target.</exception>
    public LoraOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank, 1, nameof(Rank));
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "Alpha is positive; once or twice the rank is usual.");
        }

        Layers.Dropout.CheckRate(Dropout);
        return Targets is { Count: > 0 } && Targets.All(target => !string.IsNullOrWhiteSpace(target))
            ? this
            : throw new ArgumentException("Name at least one layer that is to get an adapter.", nameof(Targets));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"LoRA of rank {Rank}, alpha {Alpha}, on {string.Join(", ", Targets)}");
}
