using Course.Plots.Svg;
using Plotly.NET;
using Chart = Plotly.NET.CSharp.Chart;
using Values = System.Collections.Generic.Dictionary<string, object>;

namespace Course.Plots.Interactive;

internal static partial class PlotlyFigures
{
    private static (GenericChart Chart, Layout Layout) Xy(XyPicture picture)
    {
        var rows = LegendRows([.. picture.LegendEntries.Select(entry => entry.Name)]);
        var height = (picture.Square ? 560 : ChartFrame.StandardHeight) + (Math.Max(rows - 1, 0) * LegendRowHeight);
        var layout = LayoutFor(picture, height, rows);
        var (x, y) = (AxisOf(picture.X, picture.XScale, grid: false), AxisOf(picture.Y, picture.YScale, grid: true));
        if (!picture.Y.Logarithmic)
        {
            // A line at the very top would be cut to half its width, and one at the very bottom would lie under the axis.
            var (low, high) = (picture.YScale.Minimum, picture.YScale.Maximum);
            var room = 0.01 * (high - low);
            var lies = picture.Layers.OfType<LineLayer>().Any(line => !line.Marked && line.Y.Count(value => Math.Abs(value - low) < 0.1 * room) > 1);
            y["range"] = new[] { lies ? low - room : low, high + room };
        }

        if (picture.Square)
        {
            (y["scaleanchor"], x["constrain"], y["constrain"]) = ("x", "domain", "domain");
        }

        if (picture.CountsAtX && !picture.X.Logarithmic && picture.XScale is { Ticks.Count: > 1 } scale && scale.Ticks[1].Value - scale.Ticks[0].Value == 1)
        {
            x["dtick"] = 1; // Plotly would put a tick at every half
        }

        Set(layout, new Values { ["xaxis"] = x, ["yaxis"] = y, ["hovermode"] = "closest" });
        var charts = picture.Layers.SelectMany(layer => Layer(layer, picture)).ToList();
        var range = picture.XScale;
        charts.AddRange(picture.References.Select(reference => With(
            Scatter([range.Minimum, range.Maximum], [reference.Y, reference.Y], StyleParam.Mode.Lines, Escape(reference.Label), false),
            new Values
            {
                ["line"] = LineStyle(Ink, 1.5, "dash"),
                ["hoverinfo"] = "skip",
            })));
        layout.SetProperty("annotations", picture.References.Select(reference => (Reference: reference, Place: picture.PlaceOf(reference))).Select(label => new Values
        {
            ["text"] = Escape(ReferenceLabels.Text(label.Reference)),
            ["xref"] = "paper",
            ["x"] = label.Place.AtRight ? 1 : 0,
            ["xanchor"] = label.Place.AtRight ? "right" : "left",
            ["y"] = picture.Y.Logarithmic ? Math.Log10(label.Reference.Y) : label.Reference.Y,
            ["yanchor"] = label.Place.Above ? "bottom" : "top",
            ["showarrow"] = false,
        }).ToArray());
        return (Chart.Combine(charts), layout);
    }

    private static IEnumerable<GenericChart> Layer(XyLayer layer, XyPicture picture)
    {
        var (x, y) = (Escape(picture.X.Label), Escape(picture.Y.Label));
        var name = Escape(layer.Name);
        switch (layer)
        {
            case LineLayer line:
                yield return With(
                    Scatter(line.X, line.Y, line.Marked ? StyleParam.Mode.Lines_Markers : StyleParam.Mode.Lines, name, line.InLegend),
                    new Values
                    {
                        ["cliponaxis"] = !line.Marked,
                        ["opacity"] = line.Opacity,
                        ["line"] = LineStyle(line.Color, line.Width, line.Dash is null ? "solid" : "dash"),
                        ["hovertemplate"] = $"{name}<br>{x}: %{{x}}<br>{y}: %{{y:.4~g}}<extra></extra>",
                    });
                break;
            case PointLayer points:
                var labels = points.Labels?.Select(Escape).ToArray();
                var mode = points.WriteLabels ? StyleParam.Mode.Markers_Text : StyleParam.Mode.Markers;
                yield return With(
                    Scatter(points.X, points.Y, mode, name, points.InLegend),
                    new Values
                    {
                        ["cliponaxis"] = false,
                        ["marker"] = new Values
                        {
                            ["color"] = points.Color,
                            ["size"] = 2 * points.Radius,
                            ["symbol"] = Markers.PlotlyName(points.Symbol),
                            ["opacity"] = 0.8,
                        },
                        ["text"] = (object?)labels ?? name,
                        ["textposition"] = (object?)points.Sides?.Select((side, i) => PlotlyPosition(side, Leaning(points, i, picture))).ToArray() ?? "top center",
                        ["hovertemplate"] = $"%{{text}}<br>{x}: %{{x:.4~g}}<br>{y}: %{{y:.4~g}}<extra></extra>",
                    });
                break;
            case BandLayer band:
                // One closed outline: up along the low edge, back along the high one.
                yield return With(
                    Scatter([.. band.X, .. band.X.Reverse()], [.. band.Low, .. band.High.Reverse()], StyleParam.Mode.Lines, name, band.InLegend),
                    new Values
                    {
                        ["fill"] = "toself",
                        ["fillcolor"] = Rgba(band.Color, 0.2),
                        ["line"] = LineStyle(band.Color, 0, "solid"),
                        ["hoverinfo"] = "skip",
                    });
                break;
            case HistogramLayer bars:
                var intervals = bars.Edges.Zip(bars.Edges.Skip(1), (low, high) => (Low: low, High: high)).ToArray();
                double[] middles = [.. intervals.Select(i => (i.Low + i.High) / 2)];
                yield return With(
                    Chart.Column<double, double, string>(bars.Heights, middles, Name: name, ShowLegend: bars.InLegend, UseDefaults: false),
                    new Values
                    {
                        ["width"] = intervals.Select(i => i.High - i.Low).ToArray(),
                        ["offset"] = intervals.Select(i => (i.Low - i.High) / 2).ToArray(),
                        ["marker"] = new Values { ["color"] = bars.Color, ["opacity"] = bars.Opacity },
                        ["customdata"] = intervals.Select(i => $"{Numbers.Text(i.Low)} to {Numbers.Text(i.High)}").ToArray(),
                        ["hovertemplate"] = $"{name}<br>{x}: %{{customdata}}<br>{y}: %{{y:.4~g}}<extra></extra>",
                    });
                break;
        }
    }

    private static GenericChart Scatter(IEnumerable<double> x, IEnumerable<double> y, StyleParam.Mode mode, string name, bool inLegend) =>
        Chart.Scatter<double, double, string>(x, y, mode, Name: name, ShowLegend: inLegend, UseDefaults: false);

    /// <summary>Where a label above or below its point stands: centred, or to the side where the picture has room for it.</summary>
    private static string Leaning(PointLayer points, int index, XyPicture picture)
    {
        var (from, to) = picture.X.Logarithmic
            ? (Math.Log10(points.X[index] / picture.XScale.Minimum), Math.Log10(picture.XScale.Maximum / picture.XScale.Minimum))
            : (points.X[index] - picture.XScale.Minimum, picture.XScale.Maximum - picture.XScale.Minimum);
        var width = ChartFrame.StandardWidth - LeftMargin - RightMargin;
        var half = Label.Width(points.Labels![index], 12) / 2;
        return half > ((1 - (from / to)) * width) + RightMargin ? "left"
            : half > from / to * width ? "right" // at the left the numbers of the axis are in the way
            : "center";
    }

    private static string PlotlyPosition(LabelSide side, string leaning) => side switch
    {
        LabelSide.Above => "top " + leaning,
        LabelSide.Below => "bottom " + leaning,
        LabelSide.Right => "middle right",
        _ => "middle left",
    };

    private static Values LineStyle(string color, double width, string dash) =>
        new() { ["color"] = color, ["width"] = width, ["dash"] = dash };

    private static string Rgba(string color, double opacity)
    {
        var (r, g, b) = Palette.Rgb(color);
        return $"rgba({r},{g},{b},{Numbers.Pixel(opacity)})";
    }
}
