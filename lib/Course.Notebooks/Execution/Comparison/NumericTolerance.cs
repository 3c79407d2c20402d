using System.Globalization;

namespace Course.Notebooks.Execution.Comparison;

/// <summary>How far two printed numbers may be apart and still count as the same.</summary>
/// <param name="Relative">Relative to the larger of the two.</param>
/// <param name="Absolute">In any case, for numbers that are almost zero.</param>
/// <remarks>
/// Besides, one unit of the last printed digit is always allowed: 0.12345 and 0.12355 may be printed as 0.123 and 0.124. Whole
/// numbers count something and have to be equal, unless a tolerance was asked for (<see cref="ForWholeNumbers"/>).
/// </remarks>
public sealed record NumericTolerance(double Relative = 1e-3, double Absolute = 1e-6)
{
    /// <summary>Whether the tolerance is for whole numbers, too.</summary>
    public bool ForWholeNumbers { get; init; }

    /// <summary>Reads a tolerance.</summary>
    /// <returns>A number from 0 to below infinity, or <see langword="null"/> when the text is none.</returns>
    public static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && double.IsFinite(value) ? value : null;

    /// <summary>Whether two numbers count as the same.</summary>
    /// <param name="a">A number.</param>
    /// <param name="b">Another.</param>
    internal bool Allows(PrintedNumber a, PrintedNumber b)
    {
        var difference = Math.Abs(a.Value - b.Value);
        if (difference == 0 || double.IsNaN(difference))
        {
            // Numbers too large for a double are told apart by their text.
            return difference == 0 && double.IsFinite(a.Value) || a.Text == b.Text;
        }
        var areWhole = a.IsWhole && b.IsWhole;
        if (areWhole && !ForWholeNumbers)
        {
            return false;
        }
        var largest = Math.Max(Math.Abs(a.Value), Math.Abs(b.Value));
        var lastDigit = areWhole ? 0 : Math.Max(a.LastDigit, b.LastDigit) * (1 + 1e-9);
        return difference <= Math.Max(Math.Max(Absolute, Relative * largest), lastDigit);
    }
}

/// <summary>A number as it stands in a text.</summary>
/// <param name="Text">The text.</param>
/// <param name="Value">The value.</param>
/// <param name="IsWhole">Whether it has neither decimals nor an exponent, and is no percentage.</param>
/// <param name="LastDigit">The worth of a unit in its last printed place.</param>
internal sealed record PrintedNumber(string Text, double Value, bool IsWhole, double LastDigit)
{
    /// <summary>Reads a number: <c>-1,234.5e-6</c>, also with a typographic minus.</summary>
    public static PrintedNumber Parse(string text, bool isPercentage)
    {
        var plain = text.Replace('−', '-').Replace(",", "", StringComparison.Ordinal);
        var exponentAt = plain.AsSpan().IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? plain : plain[..exponentAt];
        // An exponent with more digits than an int has makes zero or infinity whatever it is.
        var exponent = exponentAt < 0 || !int.TryParse(plain.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var e) ? 0 : e;
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mantissa.Length - point - 1;
        var value = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        return new PrintedNumber(text, value, point < 0 && exponentAt < 0 && !isPercentage, Math.Pow(10, (double)exponent - decimals));
    }
}
