using System.Numerics;
using static TorchSharp.torch;

namespace Course.Plots;

/// <summary>A named line: points in the order in which they are joined. Immutable; the values are copied.</summary>
public sealed class Series
{
    /// <summary>A line through the points (x, y).</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="y">Heights, as many as <paramref name="x"/>.</param>
    /// <param name="dashed">Whether the line is dashed, for what is not measured: a baseline, a fit, an average.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, or a number is not finite.</exception>
    public Series(string name, IEnumerable<double> x, IEnumerable<double> y, bool dashed = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        X = Require.Finite(x, $"x of series '{name}'");
        Y = Require.Finite(y, $"y of series '{name}'");
        Require.SameLength(X.Count, Y.Count, $"series '{name}'", "x values", "y values");
        Require.Some(X.Count, $"series '{name}'");
        Dashed = dashed;
    }

    /// <summary>What the legend calls the line.</summary>
    public string Name { get; }

    /// <summary>Horizontal positions.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Heights.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Whether the line is dashed.</summary>
    public bool Dashed { get; }

    /// <summary>A line through the values at 0, 1, 2, …, of any type of number.</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="y">The values.</param>
    /// <param name="start">The position of the first value.</param>
    /// <param name="step">The distance between values, for example the iterations between two evaluations.</param>
    public static Series Of<T>(string name, IEnumerable<T> y, double start = 0, double step = 1)
        where T : INumber<T>
    {
        var values = Require.Doubles(y, name);
        return new(name, values.Select((_, i) => start + (i * step)), values);
    }

    /// <summary>A line through the points (x, y), of any types of number.</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="y">Heights.</param>
    public static Series Of<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y)
        where TX : INumber<TX>
        where TY : INumber<TY> => new(name, Require.Doubles(x, name), Require.Doubles(y, name));

    /// <summary>A line through a tensor's values at 0, 1, 2, …</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="y">Shape (points), on any device; not disposed.</param>
    /// <remarks>Not an overload of <c>Of</c>: TorchSharp turns arrays into tensors by itself, and the compiler would prefer that.</remarks>
    public static Series OfTensor(string name, Tensor y) => Of(name, TensorValues.Vector(y, name));

    /// <summary>A line through the points whose coordinates two tensors hold.</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="x">Shape (points), on any device; not disposed.</param>
    /// <param name="y">Shape (points), on any device; not disposed.</param>
    public static Series OfTensor(string name, Tensor x, Tensor y) => new(name, TensorValues.Vector(x, name), TensorValues.Vector(y, name));
}

/// <summary>A horizontal line that others are compared with: a baseline, a target, chance.</summary>
/// <param name="Y">Its height.</param>
/// <param name="Label">What it is: <c>"bigram baseline"</c>.</param>
public sealed record ReferenceLine(double Y, string Label);

/// <summary>A shaded band: a confidence interval, the spread over seeds. Immutable; the values are copied.</summary>
public sealed class Band
{
    /// <summary>The area between two curves.</summary>
    /// <param name="name">What the legend calls it.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="low">The lower edge at each position.</param>
    /// <param name="high">The upper edge at each position, nowhere below <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, a number is not finite, or the edges cross.</exception>
    public Band(string name, IEnumerable<double> x, IEnumerable<double> low, IEnumerable<double> high)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        X = Require.Finite(x, $"x of band '{name}'");
        Low = Require.Finite(low, $"low of band '{name}'");
        High = Require.Finite(high, $"high of band '{name}'");
        Require.Some(X.Count, $"band '{name}'");
        Require.SameLength(X.Count, Low.Count, $"band '{name}'", "x values", "low values");
        Require.SameLength(X.Count, High.Count, $"band '{name}'", "x values", "high values");
        for (var i = 0; i < X.Count; i++)
        {
            if (High[i] < Low[i])
            {
                throw new ArgumentException($"Band '{name}': high is below low at index {i}.", nameof(high));
            }
        }
    }

    /// <summary>What the legend calls the band.</summary>
    public string Name { get; }

    /// <summary>Horizontal positions.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>The lower edge.</summary>
    public IReadOnlyList<double> Low { get; }

    /// <summary>The upper edge.</summary>
    public IReadOnlyList<double> High { get; }
}
