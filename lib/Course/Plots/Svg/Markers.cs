namespace Course.Plots.Svg;

/// <summary>Point symbols. Groups differ in shape as well as in colour, for those who see few colours and for grey printouts.</summary>
internal static class Markers
{
    /// <summary>Plotly's names of the same shapes, in the same order.</summary>
    private static readonly string[] PlotlyNames = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"];

    public static string PlotlyName(int symbol) => PlotlyNames[symbol % PlotlyNames.Length];

    public static void Draw(SvgDrawing drawing, Point at, double radius, int symbol, string color, double opacity = 0.9, string? tip = null)
    {
        var r = radius;
        switch (symbol % PlotlyNames.Length)
        {
            case 0:
                drawing.Circle(at, r, color, opacity, tip: tip);
                break;
            case 1:
                drawing.Rectangle(new Box(at.X - (0.88 * r), at.Y - (0.88 * r), 1.76 * r, 1.76 * r), color, opacity, tip: tip);
                break;
            case 2:
                Shape((0, -1.15), (1.05, 0.75), (-1.05, 0.75));
                break;
            case 3:
                Shape((0, -1.25), (1.1, 0), (0, 1.25), (-1.1, 0));
                break;
            case 4:
                Shape((0, 1.15), (1.05, -0.75), (-1.05, -0.75));
                break;
            default:
                Shape(
                    (-0.35, -1.1), (0.35, -1.1), (0.35, -0.35), (1.1, -0.35), (1.1, 0.35), (0.35, 0.35),
                    (0.35, 1.1), (-0.35, 1.1), (-0.35, 0.35), (-1.1, 0.35), (-1.1, -0.35), (-0.35, -0.35));
                break;
        }

        void Shape(params (double X, double Y)[] corners) =>
            drawing.Polygon(corners.Select(c => new Point(at.X + (c.X * r), at.Y + (c.Y * r))), color, opacity, tip: tip);
    }
}
