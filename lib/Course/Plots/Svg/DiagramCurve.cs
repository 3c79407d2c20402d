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

    public double Top => Math.Min(Math.Min(start.Y, end.Y), (BulgesUp ? Peak : Middle).Y - (arrow.Label is null ? 4 : 14));

    public double Bottom => Math.Max(Math.Max(start.Y, end.Y), (BulgesDown ? Peak : Middle).Y + (arrow.Label is null ? 4 : 14));

    private bool BulgesUp => control.Y < Math.Min(start.Y, end.Y) - 1;

    private bool BulgesDown => control.Y > Math.Max(start.Y, end.Y) + 1;

    // The highest point of a bow, or the lowest of one that bulges downwards; a lopsided one does not have it in its middle.
    private Point Peak => BulgesDown ? Along().MaxBy(p => p.Y) : Along().MinBy(p => p.Y);

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

    /// <summary>Writes the label where it crosses no line and no box, if there is such a place.</summary>
    public void DrawLabel(SvgDrawing drawing, double shift, IReadOnlyList<DiagramCurve> curves, IReadOnlyCollection<Box> boxes)
    {
        if (arrow.Label is { Length: > 0 } label)
        {
            var width = Label.Width(label, 12);
            var (x, y, anchor) = Places().MinBy(place => Cost(place, width, curves, boxes));
            drawing.Text(new Point(x, y + shift), label, 12, anchor);
        }
    }

    // Beside a steep line, above a flat one; below one that bulges downwards. Otherwise on one of the free sides of a slope.
    private IEnumerable<(double X, double Y, string Anchor)> Places()
    {
        var steep = Math.Abs(end.Y - start.Y) > Math.Abs(end.X - start.X);
        var (x, y) = (Middle.X, Middle.Y);
        yield return (x + (steep ? 8 : 0), y + (steep ? 4 : BulgesDown ? 16 : -6), steep ? "start" : "middle");
        if (!steep)
        {
            yield return (x, y + (BulgesDown ? 21 : -11), "middle");
        }

        if (BulgesUp || BulgesDown)
        {
            yield return (Peak.X, Peak.Y + (BulgesDown ? 16 : -6), "middle");
        }

        var falls = (end.Y - start.Y) * (end.X - start.X) > 0;
        yield return (x + (falls ? 5 : -5), y - 5, falls ? "start" : "end");
        yield return (x + (falls ? -5 : 5), y + 14, falls ? "end" : "start");
    }

    private static int Cost((double X, double Y, string Anchor) place, double width, IReadOnlyList<DiagramCurve> curves, IReadOnlyCollection<Box> boxes)
    {
        var left = place.X - (place.Anchor switch { "start" => 0, "middle" => width / 2, _ => width });
        var text = new Box(left - 3, place.Y - 11, width + 6, 15); // with the room that keeps a line from touching the letters
        var crossed = curves.Sum(curve => curve.Along().Count(p => p.X > text.X && p.X < text.Right && p.Y > text.Y && p.Y < text.Bottom));
        var covered = boxes.Count(box => box.X < text.Right && box.Right > text.X && box.Y < text.Bottom && box.Bottom > text.Y);
        return crossed + (100 * covered);
    }

    private IEnumerable<Point> Along()
    {
        const int steps = 200;
        for (var step = 0; step <= steps; step++)
        {
            var (t, u) = ((double)step / steps, 1 - ((double)step / steps));
            yield return new Point(
                (u * u * start.X) + (2 * u * t * control.X) + (t * t * end.X), (u * u * start.Y) + (2 * u * t * control.Y) + (t * t * end.Y));
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
