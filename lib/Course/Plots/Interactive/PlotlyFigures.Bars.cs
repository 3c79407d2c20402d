using Course.Plots.Svg;
using Plotly.NET;
using Chart = Plotly.NET.CSharp.Chart;
using Values = System.Collections.Generic.Dictionary<string, object>;

namespace Course.Plots.Interactive;

internal static partial class PlotlyFigures
{
    private const double PlotlysOwnRoom = 0.05;

    private static (GenericChart Chart, Layout Layout) Bars(BarsPicture picture)
    {
        // Positions instead of the labels themselves: two tokens may look alike, and Plotly would stack them.
        var positions = Enumerable.Range(0, picture.Bars.Count).ToArray();
        var labels = picture.Bars.Select(b => Escape(Label.Shorten(Label.Token(b.Label), BarsPicture.LongestLabel))).ToArray();
        var values = picture.Bars.Select(b => b.Value).ToArray();
        var texts = values.Select(picture.Format).ToArray();
        var chart = With(
            Chart.Bar<double, int, string>(values, positions, Name: Escape(picture.ValueTitle), ShowLegend: false, UseDefaults: false),
            new Values
            {
                ["marker"] = new Values { ["color"] = positions.Select(picture.ColorOf).ToArray(), ["opacity"] = 0.9 },
                ["text"] = texts,
                ["textposition"] = "outside",
                ["cliponaxis"] = false,
                ["customdata"] = labels,
                ["hovertemplate"] = "%{customdata}: %{text}<extra></extra>",
            });
        var layout = LayoutFor(picture, picture.Draw().Height, legendRows: 0);
        var x = new Values
        {
            ["title"] = new Values { ["text"] = Escape(picture.ValueTitle), ["font"] = new Values { ["size"] = 13 } },
            ["gridcolor"] = Grid,
            ["zerolinecolor"] = Ink,
            ["tickformat"] = picture.Percent ? ".0~%" : "",
        };
        var (low, high) = (Math.Min(0, values.Min()), Math.Max(0, values.Max()));
        if (low < 0)
        {
            // The values of bars to the left stand at their left ends: they need room, or they run into the labels.
            x["range"] = new[] { low - (0.16 * (high - low)), high + (0.02 * (high - low)) };
        }
        else if (RoomAtRight(values, texts, high) is var room && room > PlotlysOwnRoom)
        {
            x["range"] = new[] { 0, high * (1 + room) };
        }

        return (chart, Set(layout, new Values
        {
            ["bargap"] = 0.2,
            ["xaxis"] = x,
            ["yaxis"] = new Values
            {
                ["tickvals"] = positions,
                ["ticktext"] = labels,
                ["range"] = new[] { positions.Length - 0.5, -0.5 },
                ["showgrid"] = false,
                ["zeroline"] = false,
                ["automargin"] = true,
                ["tickfont"] = new Values { ["size"] = 13 },
            },
        }));
    }

    // As a share of the axis: what the text of the longest bars needs beyond them, less the margin.
    private static double RoomAtRight(double[] values, string[] texts, double high)
    {
        const double narrowest = 400; // pixels of an axis beside long labels
        var widest = texts.Where((_, i) => values[i] > 0.9 * high).Select(text => Label.WideFont * Label.Width(text, LabelPlacement.TextSize)).DefaultIfEmpty().Max();
        return (widest + 8 - RightMargin) / narrowest;
    }
}
