using Course.Plots.Svg;

namespace Course.Plots;

/// <summary>What one layer of a chart with two number axes draws.</summary>
internal abstract record XyLayer(string Name, string Color)
{
    /// <summary>Whether the legend names the layer.</summary>
    public bool InLegend { get; init; } = true;

    /// <summary>Whether the axes reach as far as the layer; otherwise the layer is cut off where they end.</summary>
    public bool SetsRange { get; init; } = true;

    public abstract IEnumerable<double> AllX { get; }

    public abstract IEnumerable<double> AllY { get; }

    public abstract LegendEntry Legend { get; }

    public abstract void Draw(ChartFrame frame, SvgDrawing plot);
}

/// <summary>Points joined by a line.</summary>
internal sealed record LineLayer(string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Y) : XyLayer(Name, Color)
{
    public double Width { get; init; } = 2.2;

    public double Opacity { get; init; } = 1;

    public string? Dash { get; init; }

    /// <summary>Few points are marked each; not on a line that is only drawn to divide the plane.</summary>
    public bool Marked => X.Count <= 12 && SetsRange;

    public override IEnumerable<double> AllX => X;

    public override IEnumerable<double> AllY => Y;

    public override LegendEntry Legend => new(Name, Color, LegendMark.Line, Dash);

    public override void Draw(ChartFrame frame, SvgDrawing plot)
    {
        var points = X.Zip(Y, frame.At).ToArray();
        plot.Polyline(points, Color, Width, Opacity, Dash);
        foreach (var (point, i) in Marked ? points.Select((p, i) => (p, i)) : [])
        {
            plot.Circle(point, 3.5, Color, Opacity, tip: $"{Name}: {Numbers.Text(Y[i])} at {Numbers.Text(X[i])}");
        }
    }
}

/// <summary>Separate points, each perhaps with a label.</summary>
internal sealed record PointLayer(
    string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<string>? Labels, int Symbol)
    : XyLayer(Name, Color)
{
    public double Radius { get; init; } = 4.5;

    /// <summary>Whether labels are written beside the points; otherwise they appear when the pointer rests there.</summary>
    public bool WriteLabels { get; init; }

    /// <summary>On which side of its point each label stands; above it, as long as nobody has looked for a better one.</summary>
    public IReadOnlyList<LabelSide>? Sides { get; init; }

    public override IEnumerable<double> AllX => X;

    public override IEnumerable<double> AllY => Y;

    public override LegendEntry Legend => new(Name, Color, LegendMark.Point, Symbol: Symbol);

    public override void Draw(ChartFrame frame, SvgDrawing plot)
    {
        if (Labels is null)
        {
            Markers.DrawAll(plot, X.Zip(Y, frame.At), Radius, Symbol, Color, 0.8);
            return;
        }

        for (var i = 0; i < X.Count; i++)
        {
            var at = frame.At(X[i], Y[i]);
            Markers.Draw(plot, at, Radius, Symbol, Color, 0.8, WriteLabels ? null : Labels[i]);
            if (WriteLabels)
            {
                var box = LabelPlacement.Within(LabelPlacement.BoxOf(Sides?[i] ?? LabelSide.Above, at, Radius, Labels[i]), frame.Area);
                plot.Text(new Point(box.Centre.X, box.Bottom - 2), Labels[i], anchor: "middle");
            }
        }
    }
}

/// <summary>The area between two curves.</summary>
internal sealed record BandLayer(string Name, string Color, IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High)
    : XyLayer(Name, Color)
{
    public override IEnumerable<double> AllX => X;

    public override IEnumerable<double> AllY => Low.Concat(High);

    public override LegendEntry Legend => new(Name, Color, LegendMark.Area);

    public override void Draw(ChartFrame frame, SvgDrawing plot) =>
        plot.Polygon(X.Zip(High, frame.At).Concat(X.Zip(Low, frame.At).Reverse()), Color, 0.2);
}

/// <summary>Bars of a histogram: bar i reaches from edge i to edge i+1.</summary>
internal sealed record HistogramLayer(string Name, string Color, IReadOnlyList<double> Edges, IReadOnlyList<double> Heights, double Opacity)
    : XyLayer(Name, Color)
{
    public override IEnumerable<double> AllX => Edges;

    public override IEnumerable<double> AllY => Heights.Append(0);

    public override LegendEntry Legend => new(Name, Color, LegendMark.Area);

    public override void Draw(ChartFrame frame, SvgDrawing plot)
    {
        for (var i = 0; i < Heights.Count; i++)
        {
            if (Heights[i] > 0)
            {
                var (left, right, top) = (frame.X(Edges[i]), frame.X(Edges[i + 1]), frame.Y(Heights[i]));
                plot.Rectangle(
                    new Box(left + 0.5, top, Math.Max(0.5, right - left - 1), Math.Max(0, frame.Y(0) - top)), Color, Opacity,
                    tip: $"{Numbers.Text(Edges[i])} to {Numbers.Text(Edges[i + 1])}: {Numbers.Text(Heights[i])}");
            }
        }
    }
}

/// <summary>A chart with two number axes, made of layers drawn one over the other.</summary>
internal sealed class XyPicture : Picture
{
    private readonly IReadOnlyList<XyLayer> layers;

    public XyPicture(
        string title, string? subtitle, Axis x, Axis y, IReadOnlyList<XyLayer> layers, IEnumerable<ReferenceLine>? references = null)
        : base(title, subtitle)
    {
        X = Require.Valid(x, nameof(x));
        Y = Require.Valid(y, nameof(y));
        References = [.. references ?? []];
        this.layers = [.. layers];
        foreach (var reference in References)
        {
            Require.Finite(reference.Y, $"reference line '{reference.Label}'");
            Require.Positive([reference.Y], Y, $"reference line '{reference.Label}'");
        }

        foreach (var layer in layers)
        {
            Require.Positive(layer.AllX, X, $"x of '{layer.Name}'");
            Require.Positive(layer.AllY, Y, $"y of '{layer.Name}'");
        }
    }

    public Axis X { get; }

    public Axis Y { get; }

    public IReadOnlyList<ReferenceLine> References { get; }

    /// <summary>The layers, with a side for each label that is written.</summary>
    public IReadOnlyList<XyLayer> Layers => Placed(Frame());

    /// <summary>Whether a unit has the same length on both axes, as for points in a plane.</summary>
    public bool Square { get; init; }

    /// <summary>Share of the x range left free at its ends.</summary>
    public double XPadding { get; init; } = 0.02;

    /// <summary>Whether all x are whole numbers: half an example has no place on the axis.</summary>
    public bool CountsAtX => Measured.All(layer => layer.AllX.All(double.IsInteger));

    public override string Description => string.Join("; ", layers.Where(l => l.InLegend).Select(Describe)
        .Concat(References.Select(r => $"{r.Label}: {Numbers.Text(r.Y)}"))) + ".";

    public IReadOnlyList<LegendEntry> LegendEntries =>
        layers.Count(l => l.InLegend) < 2 ? [] : [.. layers.Where(l => l.InLegend).Select(l => l.Legend)];

    public AxisScale XScale
    {
        get
        {
            var (low, high) = Widened(XRange, YRange);
            return AxisScale.Create(X, low, high, Square ? 0 : XPadding, Square ? 6 : 8, CountsAtX ? 1 : 0);
        }
    }

    public AxisScale YScale
    {
        get
        {
            var (low, high) = Widened(YRange, XRange);
            return AxisScale.Create(Y, low, high, Square ? 0 : 0.06, 6);
        }
    }

    private (double Low, double High) XRange => (Measured.Min(l => l.AllX.Min()), Measured.Max(l => l.AllX.Max()));

    private (double Low, double High) YRange
    {
        get
        {
            var heights = References.Select(r => r.Y).ToArray();
            return (Measured.Select(l => l.AllY.Min()).Concat(heights).Min(), Measured.Select(l => l.AllY.Max()).Concat(heights).Max());
        }
    }

    private IEnumerable<XyLayer> Measured => layers.Where(l => l.SetsRange);

    internal override SvgDrawing Draw()
    {
        var frame = Frame();
        var plot = frame.Drawing.Clip(frame.Area with { Y = frame.Area.Y - 3, Height = frame.Area.Height + 4 });
        foreach (var layer in Placed(frame))
        {
            layer.Draw(frame, plot);
        }

        foreach (var reference in References)
        {
            var y = frame.Y(reference.Y);
            plot.Line(new Point(frame.Area.X, y), new Point(frame.Area.Right, y), width: 1.5, dash: "7 4");
            var place = ReferenceLabels.Place(frame, layers, reference);
            var at = new Point(place.AtRight ? frame.Area.Right - 4 : frame.Area.X + 4, place.Above ? y - 6 : y + 15);
            plot.Text(at, ReferenceLabels.Text(reference), ReferenceLabels.FontSize, place.AtRight ? "end" : "start");
        }

        return frame.Drawing;
    }

    private ChartFrame Frame() => ChartFrame.Create(Title, Subtitle, LegendEntries, X, XScale, Y, YScale, Square);

    private XyLayer[] Placed(ChartFrame frame)
    {
        PointLayer[] labelled = [.. layers.OfType<PointLayer>().Where(l => l is { WriteLabels: true, Labels: not null })];
        if (labelled.Length == 0)
        {
            return [.. layers];
        }

        Point[] lines = [.. layers.OfType<LineLayer>().SelectMany(line => DrawnPoints.Of(frame, line)), .. References.SelectMany(reference => DrawnPoints.Of(frame, reference))];
        var sides = LabelPlacement.Choose(labelled, frame, lines);
        return [.. layers.Select(l => l is PointLayer points && Array.IndexOf(labelled, points) is >= 0 and var at ? points with { Sides = sides[at] } : l)];
    }

    /// <summary>Where the label of a reference line is in nobody's way.</summary>
    public LabelPlace PlaceOf(ReferenceLine reference) => ReferenceLabels.Place(Frame(), layers, reference);

    internal override TextTable Tabulate()
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var layer in layers.Where(l => l.InLegend))
        {
            var (x, y) = (layer.AllX.ToArray(), layer.AllY.ToArray());
            foreach (var i in TextTable.Sample(Math.Min(x.Length, y.Length), Math.Max(3, 12 / layers.Count)))
            {
                rows.Add([layer.Name, Numbers.Text(x[i]), Numbers.Text(y[i])]);
            }
        }

        rows.AddRange(References.Select(r => (IReadOnlyList<string>)[r.Label, "", Numbers.Text(r.Y)]));
        return new TextTable(["", X.Label, Y.Label], rows);
    }

    // In a square a unit is as long on one axis as on the other: both reach as far as the longer one needs, and a little more.
    private (double Low, double High) Widened((double Low, double High) range, (double Low, double High) other)
    {
        if (!Square || X.Logarithmic || Y.Logarithmic)
        {
            return range;
        }

        var span = 1.12 * Math.Max(range.High - range.Low, other.High - other.Low);
        var middle = (range.Low + range.High) / 2;
        return (middle - (span / 2), middle + (span / 2));
    }

    private static string Describe(XyLayer layer) => layer switch
    {
        LineLayer line => $"{line.Name}: from {Numbers.Text(line.Y[0])} at {Numbers.Text(line.X[0])} "
            + $"to {Numbers.Text(line.Y[^1])} at {Numbers.Text(line.X[^1])}",
        PointLayer points => $"{points.Name}: {points.X.Count} points",
        HistogramLayer bars => $"{bars.Name}: {bars.Heights.Count} bars, the highest {Numbers.Text(bars.Heights.Max())}",
        _ => $"{layer.Name}: from {Numbers.Text(layer.AllY.Min())} to {Numbers.Text(layer.AllY.Max())}",
    };
}
