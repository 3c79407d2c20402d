using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>A field on a map of ideas: a rectangle that may lie inside another or overlap it.</summary>
/// <param name="Name">What belongs inside: <c>"machine learning"</c>.</param>
/// <param name="Left">Its left edge, 0 to 100 from the left of the map.</param>
/// <param name="Top">Its upper edge, 0 to 100 from the top of the map.</param>
/// <param name="Right">Its right edge.</param>
/// <param name="Bottom">Its lower edge.</param>
/// <param name="NameBelow">Whether the name stands at the lower edge instead of the upper one.</param>
public sealed record MapRegion(string Name, double Left, double Top, double Right, double Bottom, bool NameBelow = false);

/// <summary>Something that stands at a place of a map of ideas.</summary>
/// <param name="Text">What it is; a line feed starts a new line.</param>
/// <param name="X">Its middle, 0 to 100 from the left of the map.</param>
/// <param name="Y">Its middle, 0 to 100 from the top of the map.</param>
public sealed record MapItem(string Text, double X, double Y);

public static partial class Plot
{
    /// <summary>A map of ideas: regions that lie inside each other or overlap, and examples of what belongs where.</summary>
    /// <param name="title">The question the picture asks, or the answer it gives.</param>
    /// <param name="regions">One to ten regions, outer ones first.</param>
    /// <param name="items">What lies in them, at most 60.</param>
    /// <param name="height">The height of the map in pixels, 200 to 900.</param>
    /// <param name="subtitle">A second line below the title.</param>
    /// <exception cref="ArgumentException">No region or too many, a place off the map, or an empty region or text.</exception>
    public static Picture Regions(
        string title, IEnumerable<MapRegion> regions, IEnumerable<MapItem> items, double height = 460, string? subtitle = null)
    {
        ArgumentNullException.ThrowIfNull(regions);
        ArgumentNullException.ThrowIfNull(items);
        MapRegion[] fields = [.. regions];
        MapItem[] texts = [.. items];
        Require.Some(fields.Length, "the list of regions");
        Require.AtMost(fields.Length, 10, "regions");
        Require.AtMost(texts.Length, 60, "items");
        if (height is not (>= 200 and <= 900))
        {
            throw new ArgumentException($"A map is 200 to 900 pixels high, not {height}.", nameof(height));
        }

        foreach (var field in fields)
        {
            Require.Text(field.Name, "the name of a region");
            if (!(0 <= field.Left && field.Left < field.Right && field.Right <= 100 && 0 <= field.Top && field.Top < field.Bottom && field.Bottom <= 100))
            {
                throw new ArgumentException($"Region '{field.Name}' is empty or reaches beyond the map, which goes from 0 to 100.", nameof(regions));
            }
        }

        foreach (var item in texts)
        {
            Require.Text(item.Text, "the text of an item");
            if (item is not { X: >= 0 and <= 100, Y: >= 0 and <= 100 })
            {
                throw new ArgumentException($"'{item.Text}' stands beyond the map, which goes from 0 to 100.", nameof(items));
            }
        }

        return new RegionsPicture(title, subtitle, fields, texts, height);
    }
}

/// <summary>A map of regions. There is nothing to zoom into, so there is only the static form.</summary>
internal sealed class RegionsPicture(string title, string? subtitle, IReadOnlyList<MapRegion> regions, IReadOnlyList<MapItem> items, double height)
    : Picture(title, subtitle)
{
    private const double Margin = 12;

    public override string Description => string.Join("; ", regions.Select(region => $"{region.Name}: {string.Join(", ", In(region))}")) + ".";

    internal override bool IsInteractive => false;

    internal override SvgDrawing Draw()
    {
        var width = ChartFrame.StandardWidth;
        var top = ChartFrame.HeadingHeight(width, Title, Subtitle) + 8;
        var drawing = new SvgDrawing(width, top + height + Margin);
        ChartFrame.Heading(drawing, Title, Subtitle);
        foreach (var (region, i) in regions.Select((region, i) => (region, i)))
        {
            // A faint colour on a faint colour grows stronger towards the inside: depth shows without a legend.
            var (corner, end) = (At(region.Left, region.Top), At(region.Right, region.Bottom));
            var color = Palette.Category(i);
            drawing.Rectangle(new Box(corner.X, corner.Y, end.X - corner.X, end.Y - corner.Y), color, 0.08, 12, color, 1.8);
            drawing.Text(new Point(corner.X + 12, region.NameBelow ? end.Y - 11 : corner.Y + 20), region.Name, 14, fill: color, bold: true);
        }

        foreach (var item in items)
        {
            var lines = item.Text.Split('\n');
            var at = At(item.X, item.Y);
            for (var line = 0; line < lines.Length; line++)
            {
                drawing.Text(new Point(at.X, at.Y + 4 + (15 * (line - ((lines.Length - 1) / 2.0)))), lines[line], 12.5, "middle");
            }
        }

        return drawing;

        Point At(double x, double y) => new(Margin + (x / 100 * (width - (2 * Margin))), top + (y / 100 * height));
    }

    internal override TextTable Tabulate() => new(
        ["", "in"],
        [.. items.Select(item => (IReadOnlyList<string>)[
            item.Text.Replace('\n', ' '), string.Join(" › ", regions.Where(region => Holds(region, item)).Select(region => region.Name))])]);

    private IEnumerable<string> In(MapRegion region) => items.Where(item => Holds(region, item)).Select(item => item.Text.Replace('\n', ' '));

    private static bool Holds(MapRegion region, MapItem item) =>
        item.X >= region.Left && item.X <= region.Right && item.Y >= region.Top && item.Y <= region.Bottom;
}
