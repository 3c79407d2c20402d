using Course.Plots.Svg;
using Plotly.NET;
using Chart = Plotly.NET.CSharp.Chart;
using Values = System.Collections.Generic.Dictionary<string, object>;

namespace Course.Plots.Interactive;

internal static partial class PlotlyFigures
{
    // More cells than this cannot all have their number beside them.
    private const int MostNumbers = 24;

    // As in the static picture: one colour whose opacity grows with the distance from zero.
    private static readonly object[] SequentialColors = [Station(0, Rgba(Palette.Blue, 0)), Station(1, Palette.Blue)];

    private static readonly object[] DivergingColors =
    [
        Station(0, Palette.Vermilion), Station(0.5, Rgba(Palette.Vermilion, 0)), Station(0.5, Rgba(Palette.Blue, 0)), Station(1, Palette.Blue),
    ];

    private static object[] Station(double position, string color) => [position, color];

    private static (GenericChart Chart, Layout Layout) Matrix(MatrixPicture picture)
    {
        var height = picture.Draw().Height;
        var layout = LayoutFor(picture, height, legendRows: 0);
        var (across, down) = picture.Layout;
        var named = picture.Panels.Any(p => p.Name is not null);
        var rows = picture.Rows.Select(l => Escape(Label.Shorten(Label.Token(l), 14))).ToArray();
        var columns = picture.Columns.Select(l => Escape(Label.Shorten(Label.Token(l), 14))).ToArray();
        var fontSize = across > 2 ? 10 : 12;
        var rowWidth = rows.Max(l => Label.Width(l, fontSize)) + 8;
        var columnWidth = columns.Max(l => Label.Width(l, fontSize));
        var margin = (Values)layout.GetPropertyValue("margin");
        var marginTop = Convert.ToDouble(margin["t"], null) + (named ? 16 : 0);
        var marginRight = picture.ScaleTitle is null ? 20.0 : 90;
        var plotWidth = ChartFrame.StandardWidth - rowWidth - 36 - marginRight;
        var slanted = columnWidth > (plotWidth / across / columns.Length) - 6;
        var columnHeight = slanted ? (columnWidth * 0.71) + 16 : fontSize + 10;
        var plotHeight = height - marginTop - columnHeight - 26;
        (margin["l"], margin["r"], margin["t"], margin["b"]) = (rowWidth + 36, marginRight, marginTop, columnHeight + 26);
        var scaleTitle = string.Join("<br>", Label.Wrap(picture.ScaleTitle ?? "", Math.Max(80, plotHeight), 12).Select(Escape));

        // Cells of a few pixels would be little more than the gaps between them.
        var gap = plotHeight / down / rows.Length < 8 ? 0 : 1;
        var charts = new List<GenericChart>();
        var notes = new List<Values>
        {
            Shifted(Note(0, 0.5, "paper", Escape(picture.RowTitle), "center", "middle", 13), -rowWidth - 14, 0, -90),
            Shifted(Note(0.5, 0, "paper", Escape(picture.ColumnTitle), "center", "middle", 13), 0, -columnHeight - 10, 0),
        };
        for (var i = 0; i < picture.Panels.Count; i++)
        {
            var panel = picture.Panels[i];
            var suffix = i == 0 ? "" : $"{i + 1}";
            var (column, row) = (i % across, i / across);
            var (left, right) = Part(column, across, 0.03);
            var (top, bottom) = Part(row, down, Math.Min(0.35, (columnHeight + (named ? 26 : 8)) / plotHeight));
            charts.Add(With(
                Chart.Heatmap<double, int, int, string>(
                    Rows(panel.Values), ShowScale: picture.ScaleTitle is not null && i == 0, UseDefaults: false),
                new Values
                {
                    ["z"] = Rows(panel.Values).Select(r => r.Select(v => double.IsFinite(v) ? (object?)v : null).ToArray()).ToArray(),
                    ["zmin"] = picture.Minimum,
                    ["zmax"] = picture.Maximum,
                    ["xgap"] = gap,
                    ["ygap"] = gap,
                    ["colorscale"] = picture.Diverging ? DivergingColors : SequentialColors,
                    ["colorbar"] = ScaleBar(scaleTitle, 0.8),
                    ["hovertemplate"] =
                        $"{Escape(picture.RowTitle)} %{{y}} → {Escape(picture.ColumnTitle)} %{{x}}: %{{z:.3~g}}<extra></extra>",
                    ["xaxis"] = "x" + suffix,
                    ["yaxis"] = "y" + suffix,
                }));
            if (picture.HoverTips && panel.Tips is { } tips)
            {
                With(charts[^1], new Values
                {
                    ["text"] = Rows(tips).Select(r => r.Select(Escape).ToArray()).ToArray(),
                    ["hovertemplate"] = "%{text}<extra></extra>",
                });
            }

            Set(layout, new Values
            {
                ["xaxis" + suffix] = LabelAxis(columns, [left, right], "y" + suffix, fontSize, slanted ? -45 : 0),
                ["yaxis" + suffix] = LabelAxis(rows, [1 - bottom, 1 - top], "x" + suffix, fontSize, rows: true, showLabels: column == 0),
            });
            if (panel.Name is { } name)
            {
                notes.Add(Note(left, 1 - top, "paper", $"<b>{Escape(name)}</b>", "left", "bottom", 13));
            }

            if (panel.Texts is not null)
            {
                notes.AddRange(CellNotes(picture, panel, suffix));
            }
        }

        layout.SetProperty("annotations", notes.ToArray());
        return (Chart.Combine(charts), layout);
    }

    private static IEnumerable<Values> CellNotes(MatrixPicture picture, MatrixPanel panel, string suffix)
    {
        for (var r = 0; r < picture.Rows.Count; r++)
        {
            for (var c = 0; c < picture.Columns.Count; c++)
            {
                if (panel.Texts![r, c].Length > 0)
                {
                    var note = Note(c, r, "x" + suffix, Escape(panel.Texts[r, c]), "center", "middle", 12);
                    note["yref"] = "y" + suffix;

                    // The chart knows the page's ink, which is easier to read than white on all but the fullest colours.
                    if (double.IsFinite(panel.Values[r, c]) && picture.Paint(panel.Values[r, c]).Opacity > 0.9)
                    {
                        note["font"] = new Values { ["size"] = 12, ["color"] = "#fff" };
                    }

                    yield return note;
                }
            }
        }
    }

    private static Values Note(double x, double y, string reference, string text, string xAnchor, string yAnchor, int size) => new()
    {
        ["x"] = x,
        ["y"] = y,
        ["xref"] = reference,
        ["yref"] = reference,
        ["text"] = text,
        ["xanchor"] = xAnchor,
        ["yanchor"] = yAnchor,
        ["showarrow"] = false,
        ["font"] = new Values { ["size"] = size },
    };

    private static Values Shifted(Values note, double x, double y, double angle)
    {
        (note["xshift"], note["yshift"], note["textangle"]) = (x, y, angle);
        return note;
    }

    private static Values LabelAxis(
        string[] labels, double[] domain, string anchor, int fontSize, double angle = 0, bool rows = false, bool showLabels = true)
    {
        var axis = new Values
        {
            ["domain"] = domain,
            ["anchor"] = anchor,
            ["range"] = rows ? new[] { labels.Length - 0.5, -0.5 } : [-0.5, labels.Length - 0.5],
            ["showgrid"] = false,
            ["zeroline"] = false,
            ["showticklabels"] = showLabels,
            ["tickfont"] = new Values { ["size"] = fontSize },
            ["tickangle"] = angle,
            ["ticks"] = "",
        };

        // Many cells that are only numbered: the axis itself chooses numbers that can be read, and the pointer shows all of them.
        if (labels.Length > MostNumbers && labels.Index().All(l => l.Item == Numbers.Text(l.Index)))
        {
            (axis["nticks"], axis["tickformat"], axis["tickangle"]) = (MostNumbers / 2, "d", 0);
            return axis;
        }

        // All labels, also where not all can be seen: the pointer shows the one it rests on.
        (axis["tickvals"], axis["ticktext"]) = (Enumerable.Range(0, labels.Length).ToArray(), labels);
        return axis;
    }

    private static (double From, double To) Part(int index, int count, double gap)
    {
        var size = (1 - ((count - 1) * gap)) / count;
        return (index * (size + gap), (index * (size + gap)) + size);
    }

    private static T[][] Rows<T>(T[,] matrix) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(r =>
            Enumerable.Range(0, matrix.GetLength(1)).Select(c => matrix[r, c]).ToArray())];
}
