using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>Horizontal bars with their labels at the left and their values at the end.</summary>
internal sealed class BarsPicture : Picture
{
    public BarsPicture(
        string title,
        string? subtitle,
        IReadOnlyList<(string Label, double Value)> bars,
        string valueTitle,
        bool percent,
        IReadOnlySet<string> highlight)
        : base(title, subtitle)
    {
        (Bars, ValueTitle, Percent, Highlight) = ([.. bars], valueTitle, percent, highlight);
    }

    /// <summary>Longer labels are shortened, or nothing would be left for the bars.</summary>
    public const int LongestLabel = 38;

    public IReadOnlyList<(string Label, double Value)> Bars { get; }

    public string ValueTitle { get; }

    public bool Percent { get; }

    public IReadOnlySet<string> Highlight { get; }

    public double RowHeight => Math.Clamp(320.0 / Bars.Count, 20, 34);

    public override string Description => string.Join(", ", Bars.Take(20).Select(b => $"{b.Label}: {Format(b.Value)}")) + ".";

    public string ColorOf(int index) => Highlight.Count == 0 || Highlight.Contains(Bars[index].Label) ? Palette.Blue : "#8a94a0";

    // What is left of a sum by rounding, 1e-17 beside 0.7, is 0 to a reader.
    public string Format(double value) => Percent ? Numbers.Percent(value)
        : Numbers.Text(Math.Abs(value) < 1e-6 * Bars.Max(b => Math.Abs(b.Value)) ? 0 : value);

    internal override SvgDrawing Draw()
    {
        var labels = Bars.Select(b => Label.Shorten(Label.Token(b.Label), LongestLabel)).ToArray();
        var top = ChartFrame.HeadingHeight(ChartFrame.StandardWidth, Title, Subtitle) + 6;
        var drawing = new SvgDrawing(ChartFrame.StandardWidth, top + (Bars.Count * RowHeight) + 44);
        ChartFrame.Heading(drawing, Title, Subtitle);

        // Highlighted labels are bold, and in some fonts bold is a good deal wider.
        var left = 16 + labels.Index().Max(l => Label.Width(l.Item, 13) * (Highlight.Contains(Bars[l.Index].Label) ? 1.15 : 1)) + 10;
        var room = Bars.Max(b => Label.Width(Format(b.Value), 12)) + 16;
        var scale = AxisScale.Create("value", Math.Min(0, Bars.Min(b => b.Value)), Math.Max(0, Bars.Max(b => b.Value)), 0, 6);
        var width = drawing.Width - left - room - 8;
        var negative = scale.Minimum < 0 ? room : 0;
        var zero = At(0);
        var bottom = top + (Bars.Count * RowHeight);
        foreach (var tick in scale.Ticks)
        {
            drawing.Line(new Point(At(tick.Value), top), new Point(At(tick.Value), bottom), opacity: ChartFrame.GridOpacity);
            var text = Percent ? Numbers.Percent(tick.Value).Replace(".0 ", " ", StringComparison.Ordinal) : tick.Text;
            drawing.Text(new Point(At(tick.Value), bottom + 16), text, anchor: "middle");
        }

        for (var i = 0; i < Bars.Count; i++)
        {
            var (y, end) = (top + (i * RowHeight), At(Bars[i].Value));
            var strong = Highlight.Contains(Bars[i].Label);
            drawing.Text(new Point(left - 9, y + (RowHeight / 2) + 4.5), labels[i], 13, "end", bold: strong);
            var bar = new Box(Math.Min(zero, end), y + 3, Math.Max(1, Math.Abs(end - zero)), RowHeight - 6);
            var value = Format(Bars[i].Value);
            drawing.Rectangle(bar, ColorOf(i), 0.9, 2, tip: $"{labels[i]}: {value}");
            var below = Bars[i].Value < 0;
            var beside = new Point(below ? end - 6 : end + 6, y + (RowHeight / 2) + 4);
            drawing.Text(beside, value, anchor: below ? "end" : "start", bold: strong);
        }

        drawing.Line(new Point(zero, top), new Point(zero, bottom), opacity: 0.7);
        drawing.Text(new Point(left + (width / 2), bottom + 36), ValueTitle, 13, "middle");
        return drawing;

        double At(double value) => left + negative + (scale.Fraction(value) * (width - negative));
    }

    internal override TextTable Tabulate() =>
        new(["", ValueTitle], [.. Bars.Select(b => (IReadOnlyList<string>)[Label.Token(b.Label), Format(b.Value)])]);
}
