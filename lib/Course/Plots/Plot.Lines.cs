using System.Numerics;
using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>
/// One call per picture. Every method takes plain arrays (or tensors, where that spares a conversion), checks them, and gives a
/// <see cref="Picture"/>; the last expression of a notebook cell shows it. Titles say what the picture asks or answers, axis
/// labels carry their units.
/// </summary>
public static partial class Plot
{
    /// <summary>Lines over a common axis.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="series">One to ten lines.</param>
    /// <param name="x">The horizontal axis, with its unit.</param>
    /// <param name="y">The vertical axis, with its unit.</param>
    /// <param name="references">Horizontal lines to compare with.</param>
    /// <param name="bands">Shaded areas behind the lines; a band named like a line takes its colour and no legend entry of its own.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">
    /// No series or more than ten, a number is not finite, or not positive on a logarithmic axis.
    /// </exception>
    public static Picture Lines(
        string title,
        IEnumerable<Series> series,
        Axis x,
        Axis y,
        IEnumerable<ReferenceLine>? references = null,
        IEnumerable<Band>? bands = null,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        Series[] lines = [.. series];
        Band[] areas = [.. bands ?? []];
        Require.Some(lines.Length, "the list of series");
        Require.AtMost(lines.Length, 10, "lines");
        Require.AtMost(areas.Length, 10, "bands");
        var layers = new List<XyLayer>();
        foreach (var (band, i) in areas.Select((b, i) => (b, i)))
        {
            var line = Array.FindIndex(lines, l => l.Name == band.Name);
            layers.Add(Thin(band, Palette.Category(line >= 0 ? line : lines.Length + i)) with { InLegend = line < 0 });
        }

        layers.AddRange(lines.Select((line, i) => Thin(line, Palette.Category(i))));
        return new XyPicture(title, subtitle, x, y, layers, references);
    }

    /// <summary>
    /// The course of a training: the training loss, light as it is and bold as a moving average when it is noisy, and the
    /// validation loss with its lowest point marked.
    /// </summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="training">The loss of each step or of groups of steps.</param>
    /// <param name="validation">The loss on data the model does not learn from, or <see langword="null"/>.</param>
    /// <param name="baselines">Losses to compare with: chance, a bigram model.</param>
    /// <param name="unit">The loss' unit.</param>
    /// <param name="step">What the horizontal axis counts.</param>
    /// <param name="logarithmic">Whether the loss axis is logarithmic.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">A number is not finite, or not positive on a logarithmic axis.</exception>
    public static Picture LossCurve(
        string title,
        Series training,
        Series? validation = null,
        IEnumerable<ReferenceLine>? baselines = null,
        string unit = "nats per token",
        string step = "iteration",
        bool logarithmic = false,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        var layers = new List<XyLayer>();
        if (training.Y.Count > 60)
        {
            layers.Add(Thin(training, Palette.Blue) with
            {
                Name = training.Name + ", each step",
                Opacity = 0.3,
                Width = 1,
                InLegend = false,
            });
            layers.Add(Thin(Smooth(training), Palette.Blue));
        }
        else
        {
            layers.Add(Thin(training, Palette.Blue));
        }

        if (validation is not null)
        {
            layers.Add(Thin(validation, Palette.Orange));
            var best = Enumerable.Range(0, validation.Y.Count).MinBy(i => validation.Y[i]);
            var (x, y) = (validation.X[best], validation.Y[best]);
            layers.Add(new PointLayer("lowest " + validation.Name, Palette.Orange, [x], [y], [$"lowest: {Numbers.Text(y)}"], 0)
            {
                InLegend = false,
                WriteLabels = true,
                Radius = 5.5,
            });
        }

        return new XyPicture(title, subtitle, step, new Axis($"loss ({unit})", logarithmic), layers, baselines);
    }

    /// <summary>The losses after each step, as the trainer reports them.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="training">The training loss of step 1, 2, 3, …</param>
    /// <param name="unit">The loss' unit.</param>
    public static Picture LossCurve<T>(string title, IEnumerable<T> training, string unit = "nats per token")
        where T : INumber<T> => LossCurve(title, Series.Of("training", training, start: 1), unit: unit);

    private static LineLayer Thin(Series series, string color)
    {
        var keep = Decimation.Keep(series.X, series.Y);
        return new LineLayer(series.Name, color, Pick(series.X, keep), Pick(series.Y, keep)) { Dash = series.Dashed ? "6 4" : null };
    }

    private static BandLayer Thin(Band band, string color)
    {
        var keep = Decimation.Keep(band.X, band.High);
        return new BandLayer(band.Name, color, Pick(band.X, keep), Pick(band.Low, keep), Pick(band.High, keep));
    }

    private static double[] Pick(IReadOnlyList<double> values, IReadOnlyList<int> indices) =>
        [.. indices.Select(i => Numbers.Round(values[i]))];

    // A centred mean over about a fortieth of the run: unlike an exponential average it does not lag behind.
    private static Series Smooth(Series series)
    {
        var reach = Math.Max(1, series.Y.Count / 80);
        var sums = new double[series.Y.Count + 1];
        for (var i = 0; i < series.Y.Count; i++)
        {
            sums[i + 1] = sums[i] + series.Y[i];
        }

        return new Series(series.Name, series.X, series.Y.Select((_, i) =>
        {
            // Near the start, where a loss falls steeply, the window shrinks and stays centred. At the end only its later half goes: the
            // last point is a mean like the others, and not one noisy step.
            var before = Math.Min(reach, i);
            var after = Math.Min(before, series.Y.Count - 1 - i);
            return (sums[i + after + 1] - sums[i - before]) / (before + after + 1);
        }));
    }
}
