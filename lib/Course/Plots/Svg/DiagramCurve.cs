namespace Course.Plots.Svg;

/// <summary>An arrow from the edge of one box to the edge of another: a quadratic Bézier curve, straight when it has no bend.</summary>
internal sealed class DiagramCurve
{
    private readonly DiagramArrow arrow;
    private readonly Point start;
    private readonly Point control;
    private readonly Point end;

    private DiagramCurve(DiagramArrow arrow, Point start, Point control, Point end)
    {
        (this.arrow, this.start, this.control, this.end) = (arrow, start, control, end);
    }

    public double Top => Math.Min(Math.Min(start.Y, end.Y), Middle.Y - (arrow.Label is null ? 4 : 14));

    public double Bottom => Math.Max(Math.Max(start.Y, end.Y), Middle.Y + (arrow.Label is null ? 4 : 14));

    private Point Middle => new((start.X + (2 * control.X) + end.X) / 4, (start.Y + (2 * control.Y) + end.Y) / 4);

    public static DiagramCurve Between(Box from, Box to, DiagramArrow arrow)
    {
        var (a, b) = (from.Centre, to.Centre);
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var distance = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
        var leadsBack = Math.Abs(dy) < 1 && dx < 0;

        // Seen along an arrow to the left, downwards is on the left hand.
        var bend = arrow.Bend ?? (leadsBack ? -Math.Max(62, 0.2 * distance) : 0);
        var middle = new Point((a.X + b.X) / 2, (a.Y + b.Y) / 2);
        var control = new Point(middle.X - (2 * bend * dy / distance), middle.Y + (2 * bend * dx / distance));
        var (start, end) = (Edge(from, control, 2), Edge(to, control, 4));
        return new DiagramCurve(arrow, start, bend == 0 ? new Point((start.X + end.X) / 2, (start.Y + end.Y) / 2) : control, end);
    }

    public void Draw(SvgDrawing drawing, double shift)
    {
        Point Down(Point p) => p with { Y = p.Y + shift };
        var (s, c, e) = (Down(start), Down(control), Down(end));
        var (dx, dy) = (e.X - c.X, e.Y - c.Y);
        var length = Math.Max(1e-6, Math.Sqrt((dx * dx) + (dy * dy)));
        (dx, dy) = (dx / length, dy / length);

        // The line ends inside the head, so that it does not stick out at the tip.
        var neck = new Point(e.X - (7 * dx), e.Y - (7 * dy));
        drawing.Path($"M{Text(s)}Q{Text(c)} {Text(neck)}", Palette.Ink, 1.6, 0.8, arrow.Dashed ? "6 4" : null);
        var tail = new Point(e.X - (10 * dx), e.Y - (10 * dy));
        var (sideX, sideY) = (-4.5 * dy, 4.5 * dx);
        drawing.Polygon(
            [e, new Point(tail.X + sideX, tail.Y + sideY), new Point(tail.X - sideX, tail.Y - sideY)], Palette.Ink, 0.9);
    }

    public void DrawLabel(SvgDrawing drawing, double shift)
    {
        if (arrow.Label is { Length: > 0 } label)
        {
            // Beside a steep line, above a flat one; below one that bulges downwards.
            var steep = Math.Abs(end.Y - start.Y) > Math.Abs(end.X - start.X);
            var bulgesDown = control.Y > Math.Max(start.Y, end.Y) + 1;
            var at = new Point(Middle.X + (steep ? 8 : 0), Middle.Y + shift + (steep ? 4 : bulgesDown ? 16 : -6));
            drawing.Text(at, label, 12, steep ? "start" : "middle");
        }
    }

    private static string Text(Point point) => $"{Numbers.Pixel(point.X)} {Numbers.Pixel(point.Y)}";

    // Where the ray from the box's centre towards a point leaves the box, and a little further.
    private static Point Edge(Box box, Point towards, double gap)
    {
        var centre = box.Centre;
        var (dx, dy) = (towards.X - centre.X, towards.Y - centre.Y);
        var length = Math.Max(1e-6, Math.Sqrt((dx * dx) + (dy * dy)));
        var share = Math.Min(
            dx == 0 ? double.PositiveInfinity : box.Width / 2 / Math.Abs(dx),
            dy == 0 ? double.PositiveInfinity : box.Height / 2 / Math.Abs(dy));
        share = double.IsFinite(share) ? share + (gap / length) : 0;
        return new Point(centre.X + (share * dx), centre.Y + (share * dy));
    }
}
