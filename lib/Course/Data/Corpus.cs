namespace Course.Data;

/// <summary>A text to learn from, already divided, with a word on where it comes from.</summary>
/// <param name="Name">A short name for charts and messages.</param>
/// <param name="Train">The text to train on.</param>
/// <param name="Validation">The text that is only measured on, never trained on.</param>
/// <param name="Provenance">Source and licence in a sentence.</param>
public sealed record Corpus(string Name, string Train, string Validation, string Provenance)
{
    /// <summary>Divides a text by one cut near its end.</summary>
    /// <param name="name">A short name for charts and messages.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="provenance">Source and licence in a sentence.</param>
    /// <param name="validationFraction">The share of the characters that goes to validation, strictly between 0 and 1.</param>
    /// <exception cref="ArgumentException">The text is too short to be divided.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public static Corpus FromText(string name, string text, string provenance, double validationFraction = 0.1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var (train, validation) = TextSplits.AtEnd(text, validationFraction);
        if (train.Length == 0 || validation.Length == 0)
        {
            throw new ArgumentException(
                $"The text '{name}' has {text.Length} characters: too few to leave something for both parts.", nameof(text));
        }

        return new Corpus(name, train, validation, provenance);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Name}: {Train.Length:N0} characters to train on, {Validation.Length:N0} to validate on");
}
