using Course.Plots.Svg;
using static TorchSharp.torch;

namespace Course.Plots;

/// <summary>Points of one kind. Immutable; the values are copied.</summary>
public sealed class PointGroup
{
    /// <summary>Points of one kind.</summary>
    /// <param name="name">What the legend calls them.</param>
    /// <param name="x">Horizontal positions.</param>
    /// <param name="y">Vertical positions.</param>
    /// <param name="labels">A text for each point, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, or a number is not finite.</exception>
    public PointGroup(string name, IEnumerable<double> x, IEnumerable<double> y, IEnumerable<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        X = Require.Finite(x, $"x of group '{name}'");
        Y = Require.Finite(y, $"y of group '{name}'");
        Labels = labels is null ? null : Array.AsReadOnly(labels.ToArray());
        Require.Some(X.Count, $"group '{name}'");
        Require.SameLength(X.Count, Y.Count, $"group '{name}'", "x values", "y values");
        Require.SameLength(X.Count, Labels?.Count ?? X.Count, $"group '{name}'", "points", "labels");
    }

    /// <summary>What the legend calls the points.</summary>
    public string Name { get; }

    /// <summary>Horizontal positions.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Vertical positions.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>A text for each point, or <see langword="null"/>.</summary>
    public IReadOnlyList<string>? Labels { get; }
}

public static partial class Plot
{
    private const int MostPoints = 2000;

    /// <summary>Points in a plane, for example data in two dimensions, clusters, or embeddings after PCA.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="groups">One to ten groups, each in its own colour and shape; at most 2,000 points altogether.</param>
    /// <param name="x">The horizontal axis, with its unit.</param>
    /// <param name="y">The vertical axis, with its unit.</param>
    /// <param name="writeLabels">Whether labels stand beside the points; by default when they are at most 40.</param>
    /// <param name="square">Whether a unit is as long on one axis as on the other, for planes whose axes measure the same.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <param name="lines">Lines over the points, such as where a classifier changes its answer; cut off where the points end.</param>
    /// <exception cref="ArgumentException">No group, more than ten groups and lines, or more than 2,000 points.</exception>
    public static Picture Scatter(
        string title,
        IEnumerable<PointGroup> groups,
        Axis x,
        Axis y,
        bool? writeLabels = null,
        bool square = false,
        string? subtitle = null,
        IEnumerable<Series>? lines = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        PointGroup[] all = [.. groups];
        Require.Some(all.Length, "the list of groups");
        Series[] drawn = [.. lines ?? []];
        Require.AtMost(all.Length + drawn.Length, 10, "groups and lines");
        var count = all.Sum(g => g.X.Count);
        Require.AtMost(count, MostPoints, "points");
        var write = writeLabels ?? count <= 40;
        IEnumerable<XyLayer> layers = all.Select((group, i) => new PointLayer(
            group.Name, Palette.Category(i), Rounded(group.X), Rounded(group.Y), group.Labels?.Select(Label.Token).ToArray(), i)
        {
            WriteLabels = write && group.Labels is not null,
            Radius = count > 800 ? 3 : count > 200 ? 3.8 : 4.8,
        });
        var over = drawn.Select((line, i) => Thin(line, Palette.Category(all.Length + i)) with { SetsRange = false });
        return new XyPicture(title, subtitle, x, y, [.. layers, .. over]) { Square = square, XPadding = 0.06 };
    }

    /// <summary>The rows of a tensor as points, coloured by their class.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="points">Shape (points, 2), any device; not disposed.</param>
    /// <param name="groups">The class of each point.</param>
    /// <param name="names">Names of the classes.</param>
    /// <param name="x">The horizontal axis, with its unit.</param>
    /// <param name="y">The vertical axis, with its unit.</param>
    /// <param name="square">Whether a unit is as long on one axis as on the other.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">The tensor has another shape, or a class has no name.</exception>
    public static Picture Scatter(
        string title,
        Tensor points,
        IEnumerable<int> groups,
        IReadOnlyList<string> names,
        Axis x,
        Axis y,
        bool square = false,
        string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(names);
        var values = TensorValues.Matrix(points, nameof(points));
        int[] classes = [.. groups];
        Require.SameLength(values.GetLength(0), classes.Length, "the scatter plot", "points", "classes");
        Require.SameLength(2, values.GetLength(1), "the scatter plot", "coordinates are drawn", "coordinates are given");
        var nameless = Array.FindIndex(classes, c => c < 0 || c >= names.Count);
        if (nameless >= 0)
        {
            throw new ArgumentException(
                $"Point {nameless} has class {classes[nameless]}, but there are {names.Count} names, for 0 to {names.Count - 1}.");
        }

        return Scatter(
            title,
            classes.Select((c, i) => (c, i)).GroupBy(p => p.c, p => p.i).OrderBy(g => g.Key)
                .Select(g => new PointGroup(names[g.Key], g.Select(i => values[i, 0]), g.Select(i => values[i, 1]))),
            x, y, null, square, subtitle);
    }

    private static double[] Rounded(IEnumerable<double> values) => [.. values.Select(v => Numbers.Round(v, 4))];
}
