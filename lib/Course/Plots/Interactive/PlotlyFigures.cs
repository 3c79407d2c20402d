using System.Text;
using System.Text.Json;
using Course.Plots.Svg;
using Plotly.NET;
using Values = System.Collections.Generic.Dictionary<string, object>;

namespace Course.Plots.Interactive;

/// <summary>
/// Builds the interactive charts with Plotly.NET. This is the only class that mentions it, and only
/// <see cref="InteractiveForm"/> calls it: where Plotly.NET cannot be loaded, nothing else is hurt.
/// </summary>
internal static partial class PlotlyFigures
{
    private const string Ink = Palette.NeutralInk;
    private const string Grid = Palette.NeutralInkRgba + "0.2)";
    private const int LeftMargin = 60;
    private const int RightMargin = 20;
    private const int LegendRowHeight = 22;
    private const double LegendSize = 13;

    // What Plotly puts before each name: the line or the symbol, and the space around it.
    private const double LegendSymbolWidth = 40;

    /// <summary>The figure as JSON: <c>{"data": …, "layout": …}</c>.</summary>
    public static string Build(Picture picture)
    {
        var (chart, layout) = picture switch
        {
            XyPicture xy => Xy(xy),
            MatrixPicture matrix => Matrix(matrix),
            BarsPicture bars => Bars(bars),
            SurfacePicture surface => Surface(surface),
            _ => throw new ArgumentException($"{picture.GetType().Name} has no interactive form.", nameof(picture)),
        };
        return Compact(GenericChart.toFigureJson(GenericChart.setLayout(layout, chart)));
    }

    private static Layout LayoutFor(Picture picture, double height, int legendRows)
    {
        var titleLines = Label.Wrap(picture.Title, ChartFrame.StandardWidth - 30, ChartFrame.TitleSize, bold: true);
        var subtitleLines = picture.Subtitle is null ? [] : Label.Wrap(picture.Subtitle, ChartFrame.StandardWidth - 30, 13);
        var title = string.Join("<br>", titleLines.Select(l => $"<b>{Escape(l)}</b>"))
            + string.Concat(subtitleLines.Select(l => $"<br><span style='font-size:13px'>{Escape(l)}</span>"));

        // Plotly centres a title of several lines where it would have put one line: half of what the others need goes back.
        var titleTop = 10 + ((titleLines.Count + subtitleLines.Count - 1) * ChartFrame.TitleSize * 0.65);
        var top = ChartFrame.HeadingHeight(ChartFrame.StandardWidth, picture.Title, picture.Subtitle) + (legendRows * LegendRowHeight) + 10;
        return Set(new Layout(), new Values
        {
            ["width"] = ChartFrame.StandardWidth,
            ["height"] = height,
            ["margin"] = new Values { ["l"] = LeftMargin, ["r"] = RightMargin, ["t"] = top, ["b"] = 50 },
            ["paper_bgcolor"] = "rgba(0,0,0,0)",
            ["plot_bgcolor"] = "rgba(0,0,0,0)",
            ["font"] = new Values { ["color"] = Ink, ["size"] = 12, ["family"] = SvgDrawing.Font },
            ["modebar"] = new Values { ["bgcolor"] = "rgba(0,0,0,0)", ["color"] = Grid, ["activecolor"] = Ink },
            ["title"] = new Values
            {
                ["text"] = title,
                ["x"] = 12 / ChartFrame.StandardWidth,
                ["xanchor"] = "left",
                ["yref"] = "container",
                ["y"] = 1 - (titleTop / height),
                ["yanchor"] = "top",
                ["font"] = new Values { ["size"] = ChartFrame.TitleSize },
            },
            ["showlegend"] = legendRows > 0,
            ["legend"] = new Values
            {
                ["orientation"] = "h",
                ["x"] = 0,
                ["xanchor"] = "left",
                ["y"] = 1,
                ["yanchor"] = "bottom",
                ["font"] = Size(LegendSize),
            },
        });
    }

    /// <summary>
    /// How many rows a horizontal legend takes. Plotly puts all names into one row or, where that is too narrow, into columns as wide as
    /// the longest of them.
    /// </summary>
    internal static int LegendRows(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return 0;
        }

        // A row too many costs a little room, a row too few runs into the subtitle.
        const double Room = ChartFrame.StandardWidth - LeftMargin - RightMargin;
        double[] widths = [.. names.Select(name => LegendSymbolWidth + (Label.WideFont * Label.Width(Label.Visible(name), LegendSize)))];
        var columns = widths.Sum() <= Room ? names.Count : Math.Max((int)(Room / widths.Max()), 1);
        return (names.Count + columns - 1) / columns;
    }

    private static Values AxisOf(Axis axis, AxisScale scale, bool grid)
    {
        var log = axis.Logarithmic;
        var result = new Values
        {
            ["title"] = new Values { ["text"] = Escape(axis.Title), ["font"] = new Values { ["size"] = 13 }, ["standoff"] = 10 },
            ["type"] = log ? "log" : "linear",
            ["range"] = log ? new[] { Math.Log10(scale.Minimum), Math.Log10(scale.Maximum) } : [scale.Minimum, scale.Maximum],
            ["showgrid"] = grid,
            ["gridcolor"] = Grid,
            ["zeroline"] = false,
            ["showline"] = !grid,
            ["linecolor"] = Ink,
            ["layer"] = "below traces", // a curve that lies on the axis is still seen
            ["ticks"] = grid ? "" : "outside",
            ["tickcolor"] = Ink,
            ["automargin"] = true,
        };
        if (log)
        {
            // Plotly's own labels on a logarithmic axis are crowded. A linear axis keeps them: they follow when the reader zooms in.
            result["tickvals"] = scale.Ticks.Select(t => t.Value).ToArray();
            result["ticktext"] = scale.Ticks.Select(t => t.Text).ToArray();
        }

        return result;
    }

    private static Values ScaleBar(string title, double length) => new()
    {
        ["title"] = new Values { ["text"] = title, ["side"] = "right" },
        ["x"] = 1.02,
        ["thickness"] = 14,
        ["outlinewidth"] = 0,
        ["len"] = length,
    };

    private static Values Size(double points) => new() { ["size"] = points };

    private static T Set<T>(T target, Values values)
        where T : DynamicObj.DynamicObj
    {
        foreach (var (name, value) in values)
        {
            target.SetProperty(name, value);
        }

        return target;
    }

    private static GenericChart With(GenericChart chart, Values values)
    {
        foreach (var trace in GenericChart.getTraces(chart))
        {
            Set(trace, values);
        }

        return chart;
    }

    // Plotly reads a small subset of HTML in every text.
    private static string Escape(string text) => Label.Visible(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>The JSON without what is empty, and with numbers of five significant digits.</summary>
    private static string Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var part in new[] { "data", "layout" })
            {
                writer.WritePropertyName(part);
                Write(document.RootElement.GetProperty(part), writer);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());

        static void Write(JsonElement element, Utf8JsonWriter writer)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    writer.WriteStartObject();
                    foreach (var property in element.EnumerateObject())
                    {
                        if (property.Value.ValueKind != JsonValueKind.Object || property.Value.EnumerateObject().Any())
                        {
                            writer.WritePropertyName(property.Name);
                            Write(property.Value, writer);
                        }
                    }

                    writer.WriteEndObject();
                    break;
                case JsonValueKind.Array:
                    writer.WriteStartArray();
                    foreach (var item in element.EnumerateArray())
                    {
                        Write(item, writer);
                    }

                    writer.WriteEndArray();
                    break;
                case JsonValueKind.Number:
                    writer.WriteNumberValue(Numbers.Round(element.GetDouble()));
                    break;
                default:
                    element.WriteTo(writer);
                    break;
            }
        }
    }
}
