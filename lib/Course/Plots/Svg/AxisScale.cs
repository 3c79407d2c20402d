using System.Globalization;

namespace Course.Plots.Svg;

/// <summary>A mark on an axis.</summary>
internal readonly record struct Tick(double Value, string Text);

/// <summary>Maps the values of an axis to 0…1 and says where its ticks are.</summary>
internal sealed class AxisScale
{
    private readonly double low;
    private readonly double high;

    private AxisScale(double minimum, double maximum, bool logarithmic, IReadOnlyList<Tick> ticks)
    {
        (Minimum, Maximum, Logarithmic, Ticks) = (minimum, maximum, logarithmic, ticks);
        (low, high) = (Transform(minimum), Transform(maximum));
    }

    public double Minimum { get; }

    public double Maximum { get; }

    public bool Logarithmic { get; }

    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>A scale for an axis whose data reaches from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    /// <param name="axis">The axis; its own limits win.</param>
    /// <param name="minimum">The smallest value.</param>
    /// <param name="maximum">The largest value.</param>
    /// <param name="padding">Share of the range left free at each end the axis does not fix.</param>
    /// <param name="targetTicks">About how many ticks fit.</param>
    /// <param name="smallestStep">Ticks of a linear axis are no closer: 1 where all values are counts.</param>
    public static AxisScale Create(Axis axis, double minimum, double maximum, double padding, int targetTicks, double smallestStep = 0)
    {
        var (from, to) = (axis.Minimum ?? minimum, axis.Maximum ?? maximum);
        if (axis.Logarithmic)
        {
            (from, to) = Widen(Math.Log10(from), Math.Log10(to), axis, padding);
            (from, to) = (axis.Minimum ?? Math.Pow(10, from), axis.Maximum ?? Math.Pow(10, to));
            return new AxisScale(from, to, true, LogarithmicTicks(from, to, targetTicks));
        }

        // A range that starts near zero starts at zero: otherwise the eye takes the axis for zero and misjudges the heights.
        var startsAtZero = axis.Minimum is null && padding > 0 && from >= 0 && from < 0.25 * to;
        (from, to) = Widen(from, to, axis, padding);
        from = startsAtZero ? 0 : from;
        return new AxisScale(from, to, false, LinearTicks(from, to, targetTicks, smallestStep));
    }

    /// <summary>Where a value lies between the axis' ends: 0 at the minimum, 1 at the maximum, beyond them outside.</summary>
    public double Fraction(double value) => (Transform(value) - low) / (high - low);

    private static (double From, double To) Widen(double from, double to, Axis axis, double padding)
    {
        if (to <= from)
        {
            var room = from == 0 ? 1 : Math.Abs(from) * 0.5;
            return (axis.Minimum is null ? from - room : from, axis.Maximum is null ? from + room : Math.Max(to, from + room));
        }

        var margin = (to - from) * padding;
        return (axis.Minimum is null ? from - margin : from, axis.Maximum is null ? to + margin : to);
    }

    // "Nice numbers for graph labels" (Heckbert, Graphics Gems, 1990): steps of 1, 2 or 5 times a power of ten.
    private static List<Tick> LinearTicks(double from, double to, int target, double smallestStep = 0)
    {
        var rough = (to - from) / target;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (rough / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
        step = Math.Max(step, smallestStep);
        var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(step) + 1e-9), 0, 10);
        var far = Math.Max(Math.Abs(from), Math.Abs(to));
        var exponent = far >= 1e7 || step < 1e-5;
        var ticks = new List<Tick>();
        for (var index = Math.Ceiling((from / step) - 1e-9); index * step <= to + (1e-9 * step); index++)
        {
            var value = Numbers.Round(index * step, 12);
            ticks.Add(new Tick(value, exponent ? Numbers.Text(value) : Numbers.Fixed(value, decimals)));
        }

        return ticks;
    }

    private static List<Tick> LogarithmicTicks(double from, double to, int target)
    {
        var decades = Math.Log10(to / from);
        double[] steps = decades > 3.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 3, 5, 7];
        var every = Math.Max(1, (int)Math.Ceiling(decades / target));
        var ticks = new List<Tick>();
        for (var decade = (int)Math.Floor(Math.Log10(from)); decade <= Math.Ceiling(Math.Log10(to)); decade++)
        {
            foreach (var step in decade % every == 0 ? steps : [])
            {
                var value = Numbers.Round(step * Math.Pow(10, decade), 12);
                if (value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9))
                {
                    var power = $"{(step == 1 ? "" : step + "·")}10{Superscript(decade)}";
                    ticks.Add(new Tick(value, decade is < -3 or > 5 ? power : Numbers.Text(value)));
                }
            }
        }

        return ticks.Count >= 2 ? ticks : LinearTicks(from, to, target);
    }

    private static string Superscript(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));

    private double Transform(double value) => Logarithmic ? Math.Log10(value) : value;
}
