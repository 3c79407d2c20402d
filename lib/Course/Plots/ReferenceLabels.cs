using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>Where the label of a reference line stands: at which end of the line, and above or below it.</summary>
internal readonly record struct LabelPlace(bool AtRight, bool Above);

/// <summary>
/// Finds a free place for the label of a reference line, so that no curve crosses the words. A label stands at the right end above its
/// line, unless less is drawn below it or at the left end.
/// </summary>
internal static class ReferenceLabels
{
    public const double FontSize = 12;

    private const double Height = 16;
    private const double Gap = 2;
    private const int NoRoom = 10_000;

    private static readonly LabelPlace[] Places = [new(true, true), new(true, false), new(false, true), new(false, false)];

    public static LabelPlace Place(ChartFrame frame, IReadOnlyList<XyLayer> layers, ReferenceLine reference)
    {
        Point[] drawn = [.. layers.SelectMany(layer => DrawnPoints.Of(frame, layer))];
        return Places.MinBy(place => Cost(frame, drawn, reference, place));
    }

    public static string Text(ReferenceLine reference) => $"{reference.Label}: {Numbers.Text(reference.Y)}";

    private static int Cost(ChartFrame frame, Point[] drawn, ReferenceLine reference, LabelPlace place)
    {
        var line = frame.Y(reference.Y);
        var top = place.Above ? line - Gap - Height : line + Gap;
        var width = Label.Width(Text(reference), FontSize) + 8;
        var left = place.AtRight ? frame.Area.Right - width : frame.Area.X;
        var room = top >= frame.Area.Y - 3 && top + Height <= frame.Area.Bottom + 1 ? 0 : NoRoom;
        return room + drawn.Count(p => p.X >= left && p.X <= left + width && p.Y >= top && p.Y <= top + Height);
    }
}
