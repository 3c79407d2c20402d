namespace Course.Plots.Svg;

/// <summary>Draws a <see cref="MatrixPicture"/>: panels side by side, labels on both axes, one colour scale for all.</summary>
internal static class MatrixDrawing
{
    private const double Width = ChartFrame.StandardWidth;
    private const int LongestLabel = 14;
    private const int MostRectangles = 300;

    public static SvgDrawing Draw(MatrixPicture picture)
    {
        var (across, down) = picture.Layout;
        var heading = ChartFrame.HeadingHeight(Width, picture.Title, picture.Subtitle);
        var hasPanelNames = picture.Panels.Any(p => p.Name is not null);
        var scaleWidth = picture.ScaleTitle is null ? 14.0 : 86.0;
        var rowLabels = picture.Rows.Select(l => Label.Shorten(Label.Token(l), LongestLabel)).ToArray();
        var columnLabels = picture.Columns.Select(l => Label.Shorten(Label.Token(l), LongestLabel)).ToArray();
        var fontSize = across > 2 ? 10.0 : 12.0;
        var rowLabelWidth = rowLabels.Max(l => Label.Width(l, fontSize)) + 8;
        var left = 34.0;
        var gap = 16.0;

        // Row labels stand once, at the left; column labels below every panel of the last row would leave the others unreadable,
        // so every panel has its own.
        var panelWidth = (Width - left - rowLabelWidth - scaleWidth - ((across - 1) * gap)) / across;
        var (columns, rows) = (picture.Columns.Count, picture.Rows.Count);
        var cellWidth = panelWidth / columns;
        var tallest = across == 1 ? 46.0 : 40.0;
        var cellHeight = Math.Min(Math.Min(cellWidth, tallest), Math.Max(360.0 / (rows * Math.Min(down, 2)), 5));
        cellHeight = Math.Max(cellHeight, rows * down <= 6 ? 24.0 : Math.Min(16.0, 420.0 / rows)); // three rows of many words would be a stripe

        // Square cells unless that would leave a thin strip; then as wide as the page allows, within reason.
        cellWidth = Math.Min(cellWidth, Math.Max(cellHeight * 1.6, Math.Min(cellWidth, 420.0 / columns)));
        var rotated = columnLabels.Any(l => Label.Width(l, fontSize) > cellWidth - 3);
        var columnLabelHeight = (rotated ? (columnLabels.Max(l => Label.Width(l, fontSize)) * 0.71) + 12 : fontSize + 8) + 4;
        var panelHeight = (hasPanelNames ? 20 : 4) + (rows * cellHeight) + columnLabelHeight;
        var height = heading + (down * (panelHeight + 10)) + 24;

        var drawing = new SvgDrawing(Width, height);
        ChartFrame.Heading(drawing, picture.Title, picture.Subtitle);
        foreach (var (panel, index) in picture.Panels.Select((p, i) => (p, i)))
        {
            var (column, row) = (index % across, index / across);
            var box = new Box(
                left + rowLabelWidth + (column * ((columns * cellWidth) + gap)),
                heading + (row * (panelHeight + 10)) + (hasPanelNames ? 20 : 4),
                columns * cellWidth,
                rows * cellHeight);
            Panel(drawing, picture, panel, box, cellWidth, cellHeight);
            for (var c = 0; c < columns; c++)
            {
                var x = box.X + ((c + 0.5) * cellWidth);
                var at = new Point(rotated ? x + 4 : x, box.Bottom + fontSize + 4);
                if (Legible(c, columns, rotated ? fontSize : Label.Width(columnLabels[c], fontSize), cellWidth))
                {
                    drawing.Text(at, columnLabels[c], fontSize, rotated ? "end" : "middle", rotate: rotated ? -45 : 0);
                }
            }

            for (var r = 0; r < rows && column == 0; r++)
            {
                if (Legible(r, rows, fontSize, cellHeight))
                {
                    drawing.Text(new Point(box.X - 7, box.Y + ((r + 0.5) * cellHeight) + (fontSize * 0.35)), rowLabels[r], fontSize, "end");
                }
            }
        }

        var middle = heading + ((height - heading - 24) / 2);
        drawing.Text(new Point(20, middle), picture.RowTitle, 13, "middle", rotate: -90);
        var right = left + rowLabelWidth + (across * columns * cellWidth) + ((across - 1) * gap);
        drawing.Text(new Point((left + rowLabelWidth + right) / 2, height - 12), picture.ColumnTitle, 13, "middle");
        if (picture.ScaleTitle is { } scale)
        {
            var scaleHeight = Math.Clamp(rows * cellHeight, 90, 200);
            Scale(drawing, picture, scale, new Box(right + 26, heading + (hasPanelNames ? 20 : 4), 14, scaleHeight));
        }

        return drawing;
    }

    // In a large matrix only every n-th row or column can be named.
    private static bool Legible(int index, int count, double needed, double step) =>
        step >= needed || count <= 2 || index % Math.Ceiling((needed + 2) / step) == 0;

    private static void Panel(SvgDrawing drawing, MatrixPicture picture, MatrixPanel panel, Box box, double cellWidth, double cellHeight)
    {
        if (panel.Name is { } name)
        {
            drawing.Text(new Point(box.X, box.Y - 6), name, 13, bold: true);
        }

        if (panel.Texts is null && picture.Panels.Count * panel.Values.Length > MostRectangles)
        {
            // Ten thousand cells are ten thousand elements, or one image with as many pixels: a twentieth of the size.
            drawing.Image(box, Png.Color(picture.Columns.Count, picture.Rows.Count, (r, c) => Pixel(picture, panel.Values[r, c])));
            drawing.Rectangle(box, "none", 1, 0, "#8884");
            return;
        }

        var space = Math.Min(cellWidth, cellHeight) > 9 ? 1.0 : 0.0;
        for (var r = 0; r < picture.Rows.Count; r++)
        {
            for (var c = 0; c < picture.Columns.Count; c++)
            {
                var (color, opacity) = picture.Paint(panel.Values[r, c]);
                var cell = new Box(box.X + (c * cellWidth), box.Y + (r * cellHeight), cellWidth - space, cellHeight - space);
                if (opacity >= 0.01)
                {
                    drawing.Rectangle(cell, color, Math.Round(opacity, 2), space * 1.5, tip: panel.Tips?[r, c]);
                }

                if (panel.Texts?[r, c] is { Length: > 0 } text)
                {
                    // White on a full colour, the page's own ink on a faint one.
                    drawing.Text(
                        new Point(cell.Centre.X, cell.Centre.Y + 4), text, Math.Min(12, 0.62 * cellWidth), "middle",
                        double.IsFinite(panel.Values[r, c]) && opacity > 0.5 ? "#fff" : Palette.Ink);
                }
            }
        }

        drawing.Rectangle(box with { X = box.X - 1, Y = box.Y - 1, Width = box.Width + 1, Height = box.Height + 1 }, "none", 1, 2, "#8884");
    }

    private static (byte R, byte G, byte B, byte A) Pixel(MatrixPicture picture, double value)
    {
        var (color, opacity) = picture.Paint(value);
        var (r, g, b) = Palette.Rgb(color == Palette.Ink ? Palette.NeutralInk : color);
        return (r, g, b, (byte)Math.Round(255 * opacity));
    }

    private static void Scale(SvgDrawing drawing, MatrixPicture picture, string title, Box bar)
    {
        const int Steps = 24;
        for (var i = 0; i < Steps; i++)
        {
            var value = picture.Maximum - ((i + 0.5) / Steps * (picture.Maximum - picture.Minimum));
            var (color, opacity) = picture.Paint(value);
            var step = new Box(bar.X, bar.Y + (i * bar.Height / Steps), bar.Width, (bar.Height / Steps) + 0.1);
            drawing.Rectangle(step, color, Math.Round(opacity, 2));
        }

        drawing.Rectangle(bar, "none", stroke: "#8886");
        double[] marks = [picture.Maximum, (picture.Maximum + picture.Minimum) / 2, picture.Minimum];
        foreach (var (mark, i) in marks.Select((m, i) => (m, i)))
        {
            drawing.Text(new Point(bar.Right + 6, bar.Y + (i * bar.Height / 2) + 4), Numbers.Text(Numbers.Round(mark, 3)), 11);
        }

        drawing.Text(new Point(bar.X - 7, bar.Centre.Y), title, 11, "middle", rotate: -90);
    }
}
