using System.Numerics;
using Course.Plots.Svg;

namespace Course.Plots;

public static partial class Plot
{
    /// <summary>How often values fall into each of a row of equal intervals.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="values">The values.</param>
    /// <param name="x">What the values measure, with their unit.</param>
    /// <param name="bins">How many intervals; by default by the rule of Freedman and Diaconis (1981), at most 60.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">No value, or one that is not finite.</exception>
    public static Picture Histogram<T>(string title, IEnumerable<T> values, Axis x, int? bins = null, string? subtitle = null)
        where T : INumber<T>
    {
        IEnumerable<double> all = Require.Doubles(values, nameof(values));
        return Histogram(title, [("values", all)], x, bins, subtitle);
    }

    /// <summary>
    /// Distributions of several groups over the same intervals, as shares of each group so that their sizes do not matter.
    /// </summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="groups">Name and values of each, at most four.</param>
    /// <param name="x">What the values measure, with their unit.</param>
    /// <param name="bins">How many intervals; by default by the rule of Freedman and Diaconis (1981), at most 60.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">No group or more than four, a group without values, or a value that is not finite.</exception>
    public static Picture Histogram(
        string title, IEnumerable<(string Name, IEnumerable<double> Values)> groups, Axis x, int? bins = null, string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var all = groups.Select(g => (g.Name, Values: Require.Finite(g.Values, $"group '{g.Name}'"))).ToArray();
        Require.Some(all.Length, "the list of groups");
        Require.AtMost(all.Length, 4, "groups");
        foreach (var group in all)
        {
            Require.Some(group.Values.Count, $"group '{group.Name}'");
        }

        if (bins is < 1 or > 200)
        {
            throw new ArgumentException($"{bins} bins: a histogram has 1 to 200.", nameof(bins));
        }

        double[] sorted = [.. all.SelectMany(g => g.Values).Order()];
        var (low, high) = (sorted[0], sorted[^1]);
        (low, high) = low < high ? (low, high) : (low - 0.5, high + 0.5);
        var count = bins ?? DefaultBins(sorted);
        var width = (high - low) / count;
        var edges = Enumerable.Range(0, count + 1).Select(i => Numbers.Round(low + (i * width), 6)).ToArray();
        var layers = all.Select((group, i) =>
        {
            var heights = new double[count];
            foreach (var value in group.Values)
            {
                heights[Math.Clamp((int)((value - low) / width), 0, count - 1)]++;
            }

            var shares = all.Length == 1 ? heights : heights.Select(h => Numbers.Round(h / group.Values.Count));
            return new HistogramLayer(group.Name, Palette.Category(i), edges, [.. shares], all.Length == 1 ? 0.85 : 0.5);
        });
        return new XyPicture(title, subtitle, x, all.Length == 1 ? "count" : "share of the group", [.. layers]);
    }

    private static int DefaultBins(double[] sorted)
    {
        var spread = sorted[3 * sorted.Length / 4] - sorted[sorted.Length / 4];
        var width = 2 * spread / Math.Cbrt(sorted.Length);
        return width > 0 ? (int)Math.Clamp(Math.Ceiling((sorted[^1] - sorted[0]) / width), 5, 60) : 10;
    }
}
