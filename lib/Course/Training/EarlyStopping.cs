using System.Globalization;

namespace Course.Training;

/// <summary>
/// Stop when the loss on data kept apart no longer falls, and keep the weights with which it was lowest (Prechelt 1998): from there
/// on a model only learns its training data by heart.
/// </summary>
/// <param name="Patience">After how many evaluations in a row without a gain training stops; at least 1.</param>
/// <param name="MinimumGain">By how much the loss must fall below the best so far to count as a gain; not negative.</param>
public sealed record EarlyStopping(int Patience = 5, double MinimumGain = 0)
{
    /// <summary>Returns the rule itself, or says what is wrong with it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EarlyStopping Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Patience, 1, nameof(Patience));
        if (!(MinimumGain >= 0 && double.IsFinite(MinimumGain)))
        {
            throw new ArgumentOutOfRangeException(nameof(MinimumGain), MinimumGain, "The smallest gain that counts is not negative.");
        }

        return this;
    }

    /// <summary>The rule in words.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"patience {Patience}, minimum gain {MinimumGain:R}");
}
