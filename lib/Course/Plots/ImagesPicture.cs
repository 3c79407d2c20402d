using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>Small greyscale images in rows, each with its caption; mistakes have a coloured frame and a cross.</summary>
internal sealed class ImagesPicture : Picture
{
    private const double Gap = 12;
    private readonly IReadOnlyList<ImageTile> tiles;
    private readonly int columns;

    public ImagesPicture(string title, string? subtitle, IReadOnlyList<ImageTile> tiles, int columns)
        : base(title, subtitle)
    {
        this.tiles = [.. tiles];
        this.columns = columns;
    }

    public override string Description =>
        $"{tiles.Count} images: {string.Join(", ", tiles.Select(Describe))}.";

    internal override bool IsInteractive => false;

    internal override SvgDrawing Draw()
    {
        var width = ChartFrame.StandardWidth;
        var top = ChartFrame.HeadingHeight(width, Title, Subtitle) + 4;
        var side = Math.Min(104, ((width - 24 + Gap) / columns) - Gap);
        var aspect = tiles.Max(t => t.Pixels.GetLength(0) / (double)t.Pixels.GetLength(1));
        var captionHeight = tiles.Any(t => t.Caption.Length > 0) ? 22 : 4;
        var rowHeight = (side * aspect) + captionHeight + Gap;
        var rows = (tiles.Count + columns - 1) / columns;
        var drawing = new SvgDrawing(width, top + (rows * rowHeight) + 4);
        ChartFrame.Heading(drawing, Title, Subtitle);

        // One brightness scale for all, so that images can be compared.
        var low = tiles.Min(t => t.Pixels.Cast<double>().Min());
        var high = tiles.Max(t => t.Pixels.Cast<double>().Max());
        for (var i = 0; i < tiles.Count; i++)
        {
            var box = new Box(12 + (i % columns * (side + Gap)), top + (i / columns * rowHeight), side, side * aspect);
            Tile(drawing, tiles[i], box, low, high);
        }

        return drawing;
    }

    internal override TextTable Tabulate() => new(
        ["image", "caption", ""],
        [.. tiles.Select((t, i) => (IReadOnlyList<string>)[$"{i + 1}", t.Caption, t.Wrong ? "wrong" : ""])]);

    private static string Describe(ImageTile tile) =>
        (tile.Caption.Length == 0 ? "without caption" : tile.Caption) + (tile.Wrong ? " (wrong)" : "");

    private static void Tile(SvgDrawing drawing, ImageTile tile, Box box, double low, double high)
    {
        var grey = new byte[tile.Pixels.GetLength(0), tile.Pixels.GetLength(1)];
        for (var row = 0; row < grey.GetLength(0); row++)
        {
            for (var column = 0; column < grey.GetLength(1); column++)
            {
                // Ink on paper: large values are dark. It reads as handwriting, and the tile stands out on light and dark pages.
                grey[row, column] = (byte)Math.Round(250 - (230 * (high > low ? (tile.Pixels[row, column] - low) / (high - low) : 0)));
            }
        }

        drawing.Image(box, Png.Grey(grey));
        var caption = Label.Shorten(tile.Caption, Math.Max(2, (int)(box.Width / 7)));
        if (tile.Wrong)
        {
            drawing.Rectangle(box.Grow(1.5), "none", 1, 2, Palette.Vermilion, 3);
            drawing.Text(new Point(box.Centre.X, box.Bottom + 17), "✗ " + caption, 12.5, "middle", Palette.Vermilion, bold: true);
        }
        else
        {
            drawing.Rectangle(box, "none", 1, 0, "#8888");
            drawing.Text(new Point(box.Centre.X, box.Bottom + 17), caption, 12.5, "middle");
        }
    }
}
