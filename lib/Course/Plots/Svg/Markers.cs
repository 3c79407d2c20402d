namespace Course.Plots.Svg;

/// <summary>Point symbols. Groups differ in shape as well as in colour, for those who see few colours and for grey printouts.</summary>
internal static class Markers
{
    /// <summary>Plotly's names of the same shapes, in the same order.</summary>
    private static readonly string[] PlotlyNames = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"];

    public static string PlotlyName(int symbol) => PlotlyNames[symbol % PlotlyNames.Length];

    // Corners for a radius of one, about equal in area; the circle has none.
    private static readonly Point[][] Corners =
    [
        [],
        [new(-0.88, -0.88), new(0.88, -0.88), new(0.88, 0.88), new(-0.88, 0.88)],
        [new(0, -1.15), new(1.05, 0.75), new(-1.05, 0.75)],
        [new(0, -1.25), new(1.1, 0), new(0, 1.25), new(-1.1, 0)],
        [new(0, 1.15), new(1.05, -0.75), new(-1.05, -0.75)],
        [
            new(-0.35, -1.1), new(0.35, -1.1), new(0.35, -0.35), new(1.1, -0.35), new(1.1, 0.35), new(0.35, 0.35),
            new(0.35, 1.1), new(-0.35, 1.1), new(-0.35, 0.35), new(-1.1, 0.35), new(-1.1, -0.35), new(-0.35, -0.35),
        ],
    ];

    /// <summary>One symbol, perhaps with a text for the pointer.</summary>
    public static void Draw(SvgDrawing drawing, Point at, double radius, int symbol, string color, double opacity = 0.9, string? tip = null)
    {
        var corners = Corners[symbol % Corners.Length];
        if (corners.Length == 0)
        {
            drawing.Circle(at, radius, color, opacity, tip: tip);
        }
        else
        {
            drawing.Polygon(corners.Select(c => new Point(at.X + (c.X * radius), at.Y + (c.Y * radius))), color, opacity, tip: tip);
        }
    }

    /// <summary>Many symbols of one kind, in a tenth of the space.</summary>
    public static void DrawAll(SvgDrawing drawing, IEnumerable<Point> centres, double radius, int symbol, string color, double opacity)
    {
        var corners = Corners[symbol % Corners.Length];
        if (corners.Length == 0)
        {
            drawing.Dots(centres, radius, color, opacity);
        }
        else
        {
            drawing.Shapes(centres, [.. corners.Select(c => new Point(c.X * radius, c.Y * radius))], color, opacity);
        }
    }
}
