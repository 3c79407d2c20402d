using Course.Plots.Svg;
using Plotly.NET;
using Chart = Plotly.NET.CSharp.Chart;
using Values = System.Collections.Generic.Dictionary<string, object>;

namespace Course.Plots.Interactive;

internal static partial class PlotlyFigures
{
    private static (GenericChart Chart, Layout Layout) Xy(XyPicture picture)
    {
        var layout = LayoutFor(picture, picture.Square ? 560 : ChartFrame.StandardHeight, picture.LegendEntries.Count == 0 ? 0 : 1);
        var (x, y) = (AxisOf(picture.X, picture.XScale, grid: false), AxisOf(picture.Y, picture.YScale, grid: true));
        if (picture.Square)
        {
            (y["scaleanchor"], x["constrain"], y["constrain"]) = ("x", "domain", "domain");
        }

        Set(layout, new Values { ["xaxis"] = x, ["yaxis"] = y, ["hovermode"] = "closest" });
        var charts = picture.Layers.SelectMany(layer => Layer(layer, picture)).ToList();
        var range = picture.XScale;
        charts.AddRange(picture.References.Select(reference => With(
            Chart.Scatter<double, double, string>(
                [range.Minimum, range.Maximum], [reference.Y, reference.Y], StyleParam.Mode.Lines, Name: Escape(reference.Label), ShowLegend: false, UseDefaults: false),
            new Values
            {
                ["line"] = new Values { ["color"] = Ink, ["width"] = 1.5, ["dash"] = "dash" },
                ["hoverinfo"] = "skip",
            })));
        layout.SetProperty("annotations", picture.References.Select(reference => new Values
        {
            ["text"] = $"{Escape(reference.Label)}: {Numbers.Text(reference.Y)}",
            ["xref"] = "paper",
            ["x"] = 1,
            ["xanchor"] = "right",
            ["y"] = picture.Y.Logarithmic ? Math.Log10(reference.Y) : reference.Y,
            ["yanchor"] = "bottom",
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
                    Chart.Scatter<double, double, string>(
                        line.X, line.Y, line.Marked ? StyleParam.Mode.Lines_Markers : StyleParam.Mode.Lines, Name: name, ShowLegend: line.InLegend, Opacity: line.Opacity, UseDefaults: false),
                    new Values
                    {
                        ["line"] = new Values { ["color"] = line.Color, ["width"] = line.Width, ["dash"] = line.Dash is null ? "solid" : "dash" },
                        ["hovertemplate"] = $"{name}<br>{x}: %{{x}}<br>{y}: %{{y:.4~g}}<extra></extra>",
                    });
                break;
            case PointLayer points:
                var labels = points.Labels?.Select(Escape).ToArray();
                yield return With(
                    Chart.Scatter<double, double, string>(
                        points.X, points.Y, points.WriteLabels ? StyleParam.Mode.Markers_Text : StyleParam.Mode.Markers, Name: name, ShowLegend: points.InLegend, UseDefaults: false),
                    new Values
                    {
                        ["marker"] = new Values { ["color"] = points.Color, ["size"] = 2 * points.Radius, ["symbol"] = Markers.PlotlyName(points.Symbol), ["opacity"] = 0.8 },
                        ["text"] = (object?)labels ?? name,
                        ["textposition"] = "top center",
                        ["hovertemplate"] = $"%{{text}}<br>{x}: %{{x:.4~g}}<br>{y}: %{{y:.4~g}}<extra></extra>",
                    });
                break;
            case BandLayer band:
                // One closed outline: up along the low edge, back along the high one.
                yield return With(
                    Chart.Scatter<double, double, string>(
                        band.X.Concat(band.X.Reverse()), band.Low.Concat(band.High.Reverse()), StyleParam.Mode.Lines, Name: name, ShowLegend: band.InLegend, UseDefaults: false),
                    new Values
                    {
                        ["fill"] = "toself",
                        ["fillcolor"] = Rgba(band.Color, 0.2),
                        ["line"] = new Values { ["width"] = 0, ["color"] = band.Color },
                        ["hoverinfo"] = "skip",
                    });
                break;
            case HistogramLayer bars:
                yield return With(
                    Chart.Column<double, double, string>(
                        bars.Heights, bars.Edges.Zip(bars.Edges.Skip(1), (a, b) => (a + b) / 2).ToArray(), Name: name, ShowLegend: bars.InLegend, UseDefaults: false),
                    new Values
                    {
                        ["width"] = bars.Edges.Zip(bars.Edges.Skip(1), (a, b) => b - a).ToArray(),
                        ["offset"] = bars.Edges.Zip(bars.Edges.Skip(1), (a, b) => (a - b) / 2).ToArray(),
                        ["marker"] = new Values { ["color"] = bars.Color, ["opacity"] = bars.Opacity },
                        ["customdata"] = bars.Edges.Zip(bars.Edges.Skip(1), (a, b) => $"{Numbers.Text(a)} to {Numbers.Text(b)}").ToArray(),
                        ["hovertemplate"] = $"{name}<br>{x}: %{{customdata}}<br>{y}: %{{y:.4~g}}<extra></extra>",
                    });
                break;
        }
    }

    private static string Rgba(string color, double opacity)
    {
        var (r, g, b) = Palette.Rgb(color);
        return $"rgba({r},{g},{b},{Numbers.Pixel(opacity)})";
    }
}
