using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>Boxes, arrows between them and frames around them. There is nothing to zoom into, so there is only the static form.</summary>
internal sealed class DiagramPicture : Picture
{
    private const double RowHeight = 104;
    private const double Margin = 14;
    private const double LargestName = 14;
    private const double SmallestName = 11;

    private readonly IReadOnlyList<DiagramBox> boxes;
    private readonly IReadOnlyList<DiagramArrow> arrows;
    private readonly IReadOnlyList<DiagramFrame> frames;

    public DiagramPicture(
        string title,
        string? subtitle,
        IReadOnlyList<DiagramBox> boxes,
        IReadOnlyList<DiagramArrow> arrows,
        IReadOnlyList<DiagramFrame> frames)
        : base(title, subtitle)
    {
        (this.boxes, this.arrows, this.frames) = ([.. boxes], [.. arrows], [.. frames]);
    }

    public override string Description => arrows.Count == 0
        ? string.Join(", ", boxes.Select(b => b.Name)) + "."
        : string.Join("; ", arrows.Select(a => $"{a.From} → {a.To}{(a.Label is null ? "" : $" ({a.Label})")}")) + ".";

    internal override bool IsInteractive => false;

    internal override SvgDrawing Draw()
    {
        var width = ChartFrame.StandardWidth;
        var heading = ChartFrame.HeadingHeight(width, Title, Subtitle);
        var places = Places(width);
        var curves = arrows.Select(a => DiagramCurve.Between(places[a.From], places[a.To], a)).ToArray();
        var outlines = frames.Select(f => Outline(f, places)).ToArray();

        // Everything is laid out around row 0 first; then it is known how much room there must be above.
        var top = places.Values.Select(p => p.Y).Concat(curves.Select(c => c.Top)).Concat(outlines.Select(o => o.Y - 4)).Min();
        var bottom = places.Values.Select(p => p.Bottom).Concat(curves.Select(c => c.Bottom)).Concat(outlines.Select(o => o.Bottom)).Max();
        var drawing = new SvgDrawing(width, heading + 10 + bottom - top + Margin);
        ChartFrame.Heading(drawing, Title, Subtitle);
        var shift = heading + 10 - top;
        foreach (var (frame, outline) in frames.Zip(outlines))
        {
            var box = outline with { Y = outline.Y + shift };
            drawing.Rectangle(box, Palette.Ink, 0.04, 10, "#8888", 1.2);
            drawing.Text(new Point(box.X + 10, box.Y + 17), frame.Label, 12, bold: true);
        }

        foreach (var curve in curves)
        {
            curve.Draw(drawing, shift);
        }

        foreach (var box in boxes)
        {
            DrawBox(drawing, box, places[box.Name] with { Y = places[box.Name].Y + shift });
        }

        // Labels last: they may lie over a line, but nothing over them.
        foreach (var curve in curves)
        {
            curve.DrawLabel(drawing, shift, curves, places.Values);
        }

        return drawing;
    }

    internal override TextTable Tabulate() => arrows.Count == 0
        ? new TextTable(["box", ""], [.. boxes.Select(b => (IReadOnlyList<string>)[b.Name, b.Note ?? ""])])
        : new TextTable(["from", "to", ""], [.. arrows.Select(a => (IReadOnlyList<string>)[a.From, a.To, a.Label ?? ""])]);

    private void DrawBox(SvgDrawing drawing, DiagramBox box, Box place)
    {
        var color = box.Tone switch
        {
            DiagramTone.Data => Palette.Green,
            DiagramTone.Learned => Palette.Blue,
            DiagramTone.Judge => Palette.Vermilion,
            _ => "#8a94a0",
        };
        drawing.Rectangle(place, color, 0.14, 7, color, 1.6);
        var size = NameSize(place.Width);
        var names = NameLines(box, place.Width);
        var notes = NoteLines(box, place.Width);
        var y = place.Centre.Y - (((names.Count * 18) + (notes.Count * 15)) / 2.0);
        foreach (var line in names)
        {
            y += 18;
            drawing.Text(new Point(place.Centre.X, y - 4), line, size, "middle", bold: true);
        }

        foreach (var line in notes)
        {
            y += 15;
            drawing.Text(new Point(place.Centre.X, y - 3), line, 11.5, "middle", opacity: 0.85);
        }
    }

    private static Box Outline(DiagramFrame frame, Dictionary<string, Box> places)
    {
        var inside = frame.Boxes.Select(name => places[name]).ToArray();
        var (left, top) = (inside.Min(b => b.X) - 14, inside.Min(b => b.Y) - 28);
        return new Box(left, top, inside.Max(b => b.Right) + 14 - left, inside.Max(b => b.Bottom) + 14 - top);
    }

    private IReadOnlyList<string> NameLines(DiagramBox box, double width) => Label.Wrap(box.Name, (width - 10) / Label.WideFont, NameSize(width), bold: true);

    // All names have one size; where the arrows leave no room for the longest word, all are a little smaller.
    private double NameSize(double width)
    {
        var longest = Label.WideFont * boxes.SelectMany(box => box.Name.Split(' ')).Max(word => Label.Width(word, LargestName, bold: true));
        return Math.Clamp(LargestName * (width - 8) / longest, SmallestName, LargestName);
    }

    private static IReadOnlyList<string> NoteLines(DiagramBox box, double width) =>
        box.Note is null ? [] : Label.Wrap(box.Note, (width - 8) / Label.WideFont, 11.5);

    private Dictionary<string, Box> Places(double width)
    {
        var (first, last) = (boxes.Min(b => b.Column), boxes.Max(b => b.Column));
        var margin = Margin + (frames.Count > 0 ? 8 : 0);
        var columnWidth = (width - (2 * margin)) / (last - first + 1);
        var boxWidth = Math.Min(168, columnWidth - (columnWidth > 150 ? 52 : 34));

        // A long word that would touch the sides gets room from the arrows, where boxes stand side by side.
        var longest = boxes.SelectMany(box => box.Name.Split(' ').Select(word => Label.Width(word, LargestName, bold: true))
            .Concat((box.Note ?? "").Split(' ').Select(word => Label.Width(word, 11.5)))).Max();
        var room = Math.Min((Closest() * columnWidth) - 30, columnWidth - 4);
        boxWidth = Math.Max(boxWidth, Math.Min((longest * Label.WideFont) + 12, room));
        return boxes.ToDictionary(box => box.Name, box =>
        {
            var names = NameLines(box, boxWidth).Count;
            var notes = NoteLines(box, boxWidth).Count;
            var height = Math.Max(46, (names * 18) + (notes * 15) + 18);
            var centre = new Point(margin + ((box.Column - first + 0.5) * columnWidth), box.Row * RowHeight);
            return new Box(centre.X - (boxWidth / 2), centre.Y - (height / 2.0), boxWidth, height);
        });
    }

    // How many columns lie between the closest neighbours of a row, at least one.
    private double Closest()
    {
        var gaps = boxes.SelectMany(a => boxes.Where(b => b.Column > a.Column && Math.Abs(a.Row - b.Row) < 0.6).Select(b => b.Column - a.Column));
        return Math.Max(1, gaps.DefaultIfEmpty(1).Min());
    }
}
