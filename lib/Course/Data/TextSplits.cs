namespace Course.Data;

/// <summary>Cuts a text into a part to train on and a part to validate on.</summary>
public static class TextSplits
{
    /// <summary>
    /// One cut through the text: the beginning to train on, the end to validate on, as nanoGPT does with Shakespeare's plays.
    /// </summary>
    /// <param name="text">The whole text.</param>
    /// <param name="validationFraction">The share of the characters that goes to validation, strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public static (string Train, string Validation) AtEnd(string text, double validationFraction = 0.1)
    {
        ArgumentNullException.ThrowIfNull(text);
        CheckFraction(validationFraction);
        var cut = (int)Cut(text.Length, validationFraction);
        // A character outside the basic plane is two chars; cutting between them would leave two broken halves.
        if (cut > 0 && cut < text.Length && char.IsSurrogatePair(text[cut - 1], text[cut]))
        {
            cut++;
        }

        return (text[..cut], text[cut..]);
    }

    /// <summary>
    /// Deals whole documents (lines, files, stories) to the two parts. Where a document goes depends only on its own text and the
    /// seed: adding documents moves none, and equal documents never end up on both sides.
    /// </summary>
    /// <param name="documents">The documents.</param>
    /// <param name="validationFraction">The expected share of documents in validation, strictly between 0 and 1.</param>
    /// <param name="seed">Another seed gives another division.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not strictly between 0 and 1.</exception>
    public static (IReadOnlyList<string> Train, IReadOnlyList<string> Validation) ByDocument(
        IEnumerable<string> documents, double validationFraction = 0.1, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(documents);
        CheckFraction(validationFraction);
        var train = new List<string>();
        var validation = new List<string>();
        foreach (var document in documents)
        {
            (IsValidation(document, validationFraction, seed) ? validation : train).Add(document);
        }

        return (train, validation);
    }

    /// <summary>Whether the document with this key belongs to validation: a stable hash of the key, the same on every machine.</summary>
    /// <param name="key">What identifies the document: its text, or a name such as a member's documentation id.</param>
    /// <param name="validationFraction">The expected share of validation, strictly between 0 and 1.</param>
    /// <param name="seed">Another seed gives another division.</param>
    public static bool IsValidation(string key, double validationFraction, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        CheckFraction(validationFraction);
        // string.GetHashCode differs from process to process; this one does not.
        return SplitMix64.ToUnitInterval(SplitMix64.Hash(seed, key)) < validationFraction;
    }

    internal static long Cut(long length, double validationFraction) => (long)(length * (1 - validationFraction));

    internal static void CheckFraction(double fraction)
    {
        if (!(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The share of the validation part must lie strictly between 0 and 1, such as 0.1.");
        }
    }
}
