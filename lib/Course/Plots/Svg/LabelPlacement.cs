namespace Course.Plots.Svg;

/// <summary>On which side of its point a label stands.</summary>
internal enum LabelSide
{
    Above,
    Below,
    Right,
    Left,
}

/// <summary>
/// Finds a side for each label so that it hides neither a label nor a point and no line runs through it: one after the other, each takes
/// the side where it would cover least, and stands above its point where nothing speaks against it.
/// </summary>
internal static class LabelPlacement
{
    public const double TextSize = 12;
    private const double TextHeight = 13;

    // What a point of a line in a label counts, in square pixels: a label that is struck through is worse than one that is moved.
    private const double Strike = 40;

    /// <summary>The sides of all labels, layer by layer; the layers must have labels.</summary>
    /// <param name="layers">The points with their labels.</param>
    /// <param name="frame">Where they are drawn.</param>
    /// <param name="lines">Points along the lines of the same chart.</param>
    public static LabelSide[][] Choose(IReadOnlyList<PointLayer> layers, ChartFrame frame, IReadOnlyCollection<Point>? lines = null)
    {
        var marks = layers.SelectMany(l => l.X.Zip(l.Y, frame.At).Select(at => Around(at, l.Radius))).ToList();
        var taken = new List<Box>();
        return
        [
            .. layers.Select(layer => layer.X.Zip(layer.Y, frame.At).Zip(layer.Labels!, (at, text) =>
            {
                var side = Enum.GetValues<LabelSide>().MinBy(s => Cost(BoxOf(s, at, layer.Radius, text), s));
                taken.Add(BoxOf(side, at, layer.Radius, text));
                return side;
            }).ToArray()),
        ];

        // In square pixels that are covered or cut off. Of equal sides the first one.
        double Cost(Box box, LabelSide side) =>
            taken.Concat(marks).Sum(other => Overlap(box, other)) + (box.Width * box.Height) - Overlap(box, frame.Area) + (0.01 * (int)side)
            + (Strike * Struck(Within(box, frame.Area)));

        int Struck(Box box) => (lines ?? []).Count(p => p.X >= box.X && p.X <= box.Right && p.Y >= box.Y && p.Y <= box.Bottom);
    }

    /// <summary>The box, moved sideways until it lies in the area.</summary>
    public static Box Within(Box box, Box area) =>
        box with { X = Math.Clamp(box.X, area.X + 4, Math.Max(area.X + 4, area.Right - box.Width - 4)) };

    /// <summary>The room that a label takes.</summary>
    public static Box BoxOf(LabelSide side, Point at, double radius, string text)
    {
        var width = Label.Width(text, TextSize);
        return side switch
        {
            LabelSide.Above => new Box(at.X - (width / 2), at.Y - radius - 3 - TextHeight, width, TextHeight),
            LabelSide.Below => new Box(at.X - (width / 2), at.Y + radius + 3, width, TextHeight),
            LabelSide.Right => new Box(at.X + radius + 4, at.Y - (TextHeight / 2), width, TextHeight),
            _ => new Box(at.X - radius - 4 - width, at.Y - (TextHeight / 2), width, TextHeight),
        };
    }

    /// <summary>The area that two boxes have in common, in square pixels.</summary>
    public static double Overlap(Box a, Box b) =>
        Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X)) * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y));

    private static Box Around(Point at, double radius) => new(at.X - radius, at.Y - radius, 2 * radius, 2 * radius);
}
