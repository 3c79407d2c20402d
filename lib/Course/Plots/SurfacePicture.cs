using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>
/// The heights of a landscape over a plane, perhaps with a path through it. The static form is a map: colours for heights, and
/// contour lines. The interactive form is the landscape itself, to be turned.
/// </summary>
internal sealed class SurfacePicture : Picture
{
    private const int Levels = 10;

    public SurfacePicture(
        string title,
        string? subtitle,
        Axis x,
        Axis y,
        string heightTitle,
        double[] xs,
        double[] ys,
        double[,] heights,
        IReadOnlyList<(double X, double Y, double Z)> path)
        : base(title, subtitle)
    {
        (X, Y, HeightTitle, Xs, Ys, Heights, Path) = (x, y, heightTitle, xs, ys, heights, path);
        (Lowest, Highest) = (heights.Cast<double>().Min(), heights.Cast<double>().Max());
    }

    public Axis X { get; }

    public Axis Y { get; }

    public string HeightTitle { get; }

    /// <summary>Grid positions.</summary>
    public IReadOnlyList<double> Xs { get; }

    public IReadOnlyList<double> Ys { get; }

    /// <summary>(y, x): the height at each grid position.</summary>
    public double[,] Heights { get; }

    public IReadOnlyList<(double X, double Y, double Z)> Path { get; }

    public double Lowest { get; }

    public double Highest { get; }

    public override string Description => $"{HeightTitle} from {Numbers.Text(Lowest)} to {Numbers.Text(Highest)}"
        + (Path.Count == 0 ? "." : $"; a path of {Path.Count} points from {Numbers.Text(Path[0].Z)} to {Numbers.Text(Path[^1].Z)}.");

    internal override SvgDrawing Draw()
    {
        var xScale = AxisScale.Create(X, Xs[0], Xs[^1], 0, 8);
        var yScale = AxisScale.Create(Y, Ys[0], Ys[^1], 0, 6);
        var frame = ChartFrame.Create(Title, Subtitle, [], X, xScale, Y, yScale, roomAtRight: 92);
        var plot = frame.Drawing.Clip(frame.Area);

        // Equal steps of the rank among all heights: a loss is steep at the rim and flat in the valley, where the path goes.
        double[] sorted = [.. Heights.Cast<double>().Order()];
        var (rows, columns) = (Ys.Count, Xs.Count);

        // A pixel is drawn around its grid position, so the image reaches half a pixel beyond the first and the last.
        var (dx, dy) = (frame.Area.Width / (columns - 1), frame.Area.Height / (rows - 1));
        var box = new Box(frame.Area.X - (dx / 2), frame.Area.Y - (dy / 2), columns * dx, rows * dy);
        plot.Image(box, Png.Color(columns, rows, (r, c) => Color(Rank(sorted, Heights[rows - 1 - r, c]))), smooth: true);
        for (var level = 1; level < Levels; level++)
        {
            var pieces = Contours.At(Xs, Ys, Heights, sorted[level * (sorted.Length - 1) / Levels])
                .Select(p => (From: frame.At(p.From.X, p.From.Y), To: frame.At(p.To.X, p.To.Y)));
            var line = pieces.Select(p => $"M{Pair(p.From)}l{Pair(new Point(p.To.X - p.From.X, p.To.Y - p.From.Y))}");
            plot.Path(string.Concat(line), "#fff", 1, 0.35);
        }

        if (Path.Count > 0)
        {
            Point[] points = [.. Path.Select(p => frame.At(p.X, p.Y))];
            plot.Polyline(points, "#000", 4.5, 0.45);
            plot.Polyline(points, "#fff", 2.2);
            foreach (var point in points.Length <= 80 ? points : [])
            {
                plot.Circle(point, 2.6, Palette.Vermilion, stroke: "#fff");
            }

            plot.Circle(points[0], 6, "#fff", stroke: "#000", tip: "start");
            plot.Circle(points[^1], 6, Palette.Vermilion, stroke: "#fff", tip: "end");
        }

        Scale(frame, sorted);
        return frame.Drawing;
    }

    internal override TextTable Tabulate() => Path.Count > 0
        ? new TextTable(["step", X.Label, Y.Label, HeightTitle], [.. TextTable.Sample(Path.Count, 12).Select(PathRow)])
        : new TextTable(
            [$"{Y.Label} \\ {X.Label}", .. TextTable.Sample(Xs.Count, 6).Select(c => Numbers.Text(Xs[c]))],
            [.. TextTable.Sample(Ys.Count, 6).Select(HeightRow)]);

    private IReadOnlyList<string> PathRow(int step) =>
        [$"{step}", Numbers.Text(Path[step].X), Numbers.Text(Path[step].Y), Numbers.Text(Path[step].Z)];

    private IReadOnlyList<string> HeightRow(int row) =>
        [Numbers.Text(Ys[row]), .. TextTable.Sample(Xs.Count, 6).Select(c => Numbers.Text(Heights[row, c]))];

    private static string Pair(Point point) => $"{Numbers.Tenth(point.X)} {Numbers.Tenth(point.Y)}";

    private static double Rank(double[] sorted, double height)
    {
        var index = Array.BinarySearch(sorted, height);
        return (double)(index < 0 ? ~index : index) / sorted.Length;
    }

    private static (byte R, byte G, byte B, byte A) Color(double fraction)
    {
        var (r, g, b) = Palette.Height(fraction);
        return (r, g, b, 255);
    }

    private void Scale(ChartFrame frame, double[] sorted)
    {
        var bar = new Box(frame.Area.Right + 30, frame.Area.Y + 4, 14, Math.Min(220, frame.Area.Height - 8));
        frame.Drawing.Image(bar, Png.Color(1, 40, (r, _) => Color(1 - (r / 39.0))), smooth: true);
        for (var i = 0; i <= 4; i++)
        {
            var height = sorted[(4 - i) * (sorted.Length - 1) / 4];
            frame.Drawing.Text(new Point(bar.Right + 6, bar.Y + (i * bar.Height / 4) + 4), Numbers.Text(Numbers.Round(height, 3)), 11);
        }

        frame.Drawing.Text(new Point(bar.X - 7, bar.Centre.Y), HeightTitle, 11, "middle", rotate: -90);
    }
}
