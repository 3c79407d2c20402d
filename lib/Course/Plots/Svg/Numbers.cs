using System.Globalization;

namespace Course.Plots.Svg;

/// <summary>How numbers are shortened and written. A chart needs four or five digits; sixteen only make the notebook bigger.</summary>
internal static class Numbers
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>
    /// The nearest number with <paramref name="digits"/> significant digits; whole numbers below 10⁹ (counts, steps) stay exact.
    /// </summary>
    public static double Round(double value, int digits = 5) =>
        !double.IsFinite(value) || (value == Math.Truncate(value) && Math.Abs(value) < 1e9)
            ? value
            : double.Parse(value.ToString("G" + digits.ToString(Culture), Culture), Culture);

    /// <summary>A number for people: four significant digits, thousands separated, an exponent only where it helps.</summary>
    public static string Text(double value)
    {
        if (double.IsNegativeInfinity(value))
        {
            return "−∞";
        }

        var rounded = Round(value, Math.Abs(value) >= 1000 ? 6 : 4);
        var size = Math.Abs(rounded);
        var format = size switch
        {
            0 => "0",
            < 1e-4 or >= 1e9 => "0.###e0",
            >= 1000 => "#,0.##",
            _ => "0.#######",
        };
        return Minus(rounded.ToString(format, Culture));
    }

    /// <summary>A number with a fixed count of decimals.</summary>
    public static string Fixed(double value, int decimals) =>
        Minus(value.ToString("#,0." + new string('0', decimals), Culture).TrimEnd('.'));

    /// <summary>A share of one as a percentage: <c>0.0312</c> → <c>3.1 %</c>.</summary>
    public static string Percent(double share)
    {
        var percent = share * 100;
        return Math.Abs(percent) switch
        {
            0 => "0 %",
            < 0.1 => Minus(percent.ToString("0.00", Culture)) + " %",
            >= 99.95 => Minus(percent.ToString("0", Culture)) + " %",
            _ => Minus(percent.ToString("0.0", Culture)) + " %",
        };
    }

    /// <summary>A coordinate inside an SVG: a hundredth of a pixel is more than the eye can see.</summary>
    public static string Pixel(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", Culture);

    /// <summary>A coordinate where there are thousands of them.</summary>
    public static string Tenth(double value) => Pixel(Math.Round(value, 1));

    // A typographic minus is as wide as a digit; "-0" is no number anyone wants to read.
    private static string Minus(string text)
    {
        if (!text.StartsWith('-'))
        {
            return text;
        }

        var magnitude = text[1..];
        return magnitude.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? magnitude : "−" + magnitude;
    }
}
