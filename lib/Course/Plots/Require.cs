using System.Globalization;
using System.Numerics;

namespace Course.Plots;

/// <summary>What pictures ask of their data, with messages that name the data and what to do.</summary>
internal static class Require
{
    public const int MostValues = 5_000_000;

    /// <summary>A copy of the values, all of them finite.</summary>
    public static IReadOnlyList<double> Finite(IEnumerable<double> values, string what)
    {
        ArgumentNullException.ThrowIfNull(values, what);
        var copy = values.Take(MostValues + 1).ToArray();
        if (copy.Length > MostValues)
        {
            throw new ArgumentException($"{Capital(what)} has more than {MostValues} values. Average or sample before drawing.");
        }

        for (var i = 0; i < copy.Length; i++)
        {
            Finite(copy[i], $"{what} at index {i}");
        }

        return Array.AsReadOnly(copy);
    }

    public static double Finite(double value, string what) => double.IsFinite(value)
        ? value
        : throw new ArgumentException(
            $"{Capital(what)} is {value.ToString(CultureInfo.InvariantCulture)}. A picture needs finite numbers: "
            + "find where the computation left them (a division by zero, a logarithm of zero, a learning rate too high).");

    /// <summary>
    /// A copy of a matrix: finite values, or negative infinity where <paramref name="masked"/> says that this means "masked".
    /// </summary>
    public static double[,] Matrix(double[,] values, string what, bool masked = false)
    {
        ArgumentNullException.ThrowIfNull(values, what);
        Some(values.Length, what);
        for (var row = 0; row < values.GetLength(0); row++)
        {
            for (var column = 0; column < values.GetLength(1); column++)
            {
                if (!(masked && double.IsNegativeInfinity(values[row, column])))
                {
                    Finite(values[row, column], $"{what} at [{row}, {column}]");
                }
            }
        }

        return (double[,])values.Clone();
    }

    public static void SameLength(int first, int second, string what, string firstName, string secondName)
    {
        if (first != second)
        {
            throw new ArgumentException(
                $"{Capital(what)}: {first} {firstName} but {second} {secondName}. There must be as many of one as of the other.");
        }
    }

    public static void Some(int count, string what)
    {
        if (count == 0)
        {
            throw new ArgumentException($"{Capital(what)} is empty: there is nothing to draw.");
        }
    }

    public static void AtMost(int count, int most, string what)
    {
        if (count > most)
        {
            throw new ArgumentException(
                $"{count} {what} are more than anyone can read in one picture (at most {most}). Draw a part of them.");
        }
    }

    public static string Text(string? text, string what) => string.IsNullOrWhiteSpace(text)
        ? throw new ArgumentException($"{Capital(what)} is empty. A picture says in words what it shows.")
        : text;

    /// <summary>On a logarithmic axis every value has a logarithm.</summary>
    public static void Positive(IEnumerable<double> values, Axis axis, string what)
    {
        if (axis.Logarithmic && values.Append(axis.Minimum ?? 1).Append(axis.Maximum ?? 1).Any(v => v <= 0))
        {
            throw new ArgumentException(
                $"{Capital(what)} holds zero or a negative number, which a logarithmic axis cannot show. Use a linear axis.");
        }
    }

    /// <summary>The axis, its limits finite and in order.</summary>
    public static Axis Valid(Axis? axis, string what)
    {
        ArgumentNullException.ThrowIfNull(axis, what);
        Text(axis.Label, $"the label of axis {what}");
        if (!double.IsFinite(axis.Minimum ?? 0) || !double.IsFinite(axis.Maximum ?? 0) || axis.Minimum >= axis.Maximum)
        {
            throw new ArgumentException($"Axis '{axis.Label}': the minimum must be below the maximum, and both finite.");
        }

        return axis;
    }

    public static IReadOnlyList<double> Doubles<T>(IEnumerable<T> values, string what)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(values, what);
        return values.Take(MostValues + 1).Select(v => double.CreateChecked(v)).ToArray();
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
