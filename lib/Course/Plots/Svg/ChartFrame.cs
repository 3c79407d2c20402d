namespace Course.Plots.Svg;

/// <summary>One entry of a legend: how a layer looks and what it is called.</summary>
internal sealed record LegendEntry(string Name, string Color, LegendMark Mark, string? Dash = null, int Symbol = 0);

/// <summary>What stands before a name in the legend.</summary>
internal enum LegendMark
{
    Line,
    Area,
    Point,
}

/// <summary>
/// What all charts share: title and subtitle at the top left, the legend below them, then the plot area with light grid lines,
/// ticks and axis titles. Gives the plot area and maps values into it.
/// </summary>
internal sealed class ChartFrame
{
    public const double StandardWidth = 720;
    public const double StandardHeight = 420;
    public const double GridOpacity = 0.18;
    public const double TitleSize = 17;
    private const double Margin = 12;

    private readonly AxisScale xScale;
    private readonly AxisScale yScale;

    private ChartFrame(SvgDrawing drawing, Box area, AxisScale xScale, AxisScale yScale)
    {
        (Drawing, Area, this.xScale, this.yScale) = (drawing, area, xScale, yScale);
    }

    public SvgDrawing Drawing { get; }

    /// <summary>Where the data is drawn.</summary>
    public Box Area { get; }

    /// <summary>Draws title and subtitle.</summary>
    /// <returns>The height they take.</returns>
    public static double Heading(SvgDrawing drawing, string title, string? subtitle)
    {
        var y = 8.0;
        foreach (var line in Label.Wrap(title, drawing.Width - (2 * Margin), TitleSize, bold: true))
        {
            y += TitleSize + 4;
            drawing.Text(new Point(Margin, y - 3), line, TitleSize, bold: true);
        }

        foreach (var line in subtitle is null ? [] : Label.Wrap(subtitle, drawing.Width - (2 * Margin), 13))
        {
            y += 18;
            drawing.Text(new Point(Margin, y - 3), line, 13, opacity: 0.85);
        }

        return y + 6;
    }

    /// <summary>The height of <see cref="Heading"/> without drawing it.</summary>
    public static double HeadingHeight(double width, string title, string? subtitle) =>
        Heading(new SvgDrawing(width, 1), title, subtitle);

    /// <summary>Draws the legend in rows from the left.</summary>
    /// <returns>The height below it.</returns>
    public static double Legend(SvgDrawing drawing, double top, IReadOnlyList<LegendEntry> entries)
    {
        var (x, y) = (Margin, top + 13);
        foreach (var entry in entries)
        {
            var width = 30 + Label.Width(entry.Name, 13) + 18;
            if (x > Margin && x + width > drawing.Width)
            {
                (x, y) = (Margin, y + 19);
            }

            switch (entry.Mark)
            {
                case LegendMark.Line:
                    drawing.Line(new Point(x, y - 4), new Point(x + 22, y - 4), entry.Color, 2.5, dash: entry.Dash);
                    break;
                case LegendMark.Area:
                    drawing.Rectangle(new Box(x + 4, y - 11, 16, 12), entry.Color, 0.45, 2);
                    break;
                default:
                    Markers.Draw(drawing, new Point(x + 12, y - 4), 5, entry.Symbol, entry.Color);
                    break;
            }

            drawing.Text(new Point(x + 28, y), entry.Name, 13);
            x += width;
        }

        return entries.Count == 0 ? top : y + 10;
    }

    /// <summary>Draws everything but the data.</summary>
    public static ChartFrame Create(
        string title,
        string? subtitle,
        IReadOnlyList<LegendEntry> legend,
        Axis x,
        AxisScale xScale,
        Axis y,
        AxisScale yScale,
        bool square = false,
        double roomAtRight = 0)
    {
        var height = square ? 560 : StandardHeight;
        var drawing = new SvgDrawing(StandardWidth, height);
        var top = Legend(drawing, Heading(drawing, title, subtitle), legend) + 6;
        var tickWidth = yScale.Ticks.Max(t => Label.Width(t.Text, 12));
        var left = Margin + 18 + tickWidth + 8;
        var right = Math.Max(18 + roomAtRight, Label.Width(xScale.Ticks[^1].Text, 12) / 2);
        var area = new Box(left, top, StandardWidth - left - right, height - top - 50);
        if (square)
        {
            var side = Math.Min(area.Width, area.Height);
            area = new Box(left, top, side, side);
        }

        var frame = new ChartFrame(drawing, area, xScale, yScale);
        frame.DrawGrid();
        drawing.Text(new Point(area.Centre.X, area.Bottom + 40), x.Title, 13, "middle");
        drawing.Text(new Point(Margin + 8, area.Centre.Y), y.Title, 13, "middle", rotate: -90);
        return frame;
    }

    public double X(double value) => Area.X + (xScale.Fraction(value) * Area.Width);

    public double Y(double value) => Area.Bottom - (yScale.Fraction(value) * Area.Height);

    public Point At(double x, double y) => new(X(x), Y(y));

    private void DrawGrid()
    {
        foreach (var tick in yScale.Ticks)
        {
            var y = Y(tick.Value);
            Drawing.Line(new Point(Area.X, y), new Point(Area.Right, y), opacity: GridOpacity);
            Drawing.Text(new Point(Area.X - 8, y + 4), tick.Text, anchor: "end");
        }

        Drawing.Line(new Point(Area.X, Area.Bottom), new Point(Area.Right, Area.Bottom), opacity: 0.7);
        foreach (var tick in xScale.Ticks)
        {
            var x = X(tick.Value);
            Drawing.Line(new Point(x, Area.Bottom), new Point(x, Area.Bottom + 5), opacity: 0.7);
            Drawing.Text(new Point(x, Area.Bottom + 19), tick.Text, anchor: "middle");
        }
    }
}
