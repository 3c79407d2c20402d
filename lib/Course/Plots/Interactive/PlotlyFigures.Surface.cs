using Course.Plots.Svg;
using Plotly.NET;
using Chart = Plotly.NET.CSharp.Chart;
using Values = System.Collections.Generic.Dictionary<string, object>;

namespace Course.Plots.Interactive;

internal static partial class PlotlyFigures
{
    private static (GenericChart Chart, Layout Layout) Surface(SurfacePicture picture)
    {
        var (x, y, z) = (Escape(picture.X.Label), Escape(picture.Y.Label), Escape(picture.HeightTitle));
        var colors = Enumerable.Range(0, 11).Select(i => i / 10.0).Select(share =>
        {
            var (r, g, b) = Palette.Height(share);
            return new object[] { share, $"rgb({r},{g},{b})" };
        }).ToArray();
        var charts = new List<GenericChart>
        {
            With(
                Chart.Surface<double, double, double, string>(
                    Rows(picture.Heights), picture.Xs.ToArray(), picture.Ys.ToArray(), UseDefaults: false),
                new Values
                {
                    ["colorscale"] = colors,
                    ["colorbar"] = ScaleBar(z, 0.7),
                    ["contours"] = new Values
                    {
                        ["z"] = new Values { ["show"] = true, ["color"] = "rgba(255,255,255,0.4)", ["width"] = 1 },
                    },
                    ["hovertemplate"] = $"{x}: %{{x:.3~g}}<br>{y}: %{{y:.3~g}}<br>{z}: %{{z:.4~g}}<extra></extra>",
                }),
        };
        if (picture.Path.Count > 0)
        {
            // A little above the ground, which would hide half of every line that lies in it.
            var lift = (picture.Highest - picture.Lowest) * 0.015;
            charts.Add(With(
                Chart.Scatter3D<double, double, double, string>(
                    picture.Path.Select(p => p.X),
                    picture.Path.Select(p => p.Y),
                    picture.Path.Select(p => p.Z + lift),
                    StyleParam.Mode.Lines_Markers,
                    ShowLegend: false,
                    UseDefaults: false),
                new Values
                {
                    ["line"] = new Values { ["color"] = Palette.Vermilion, ["width"] = 4 },
                    ["marker"] = new Values { ["color"] = Palette.Vermilion, ["size"] = 2.5 },
                    ["customdata"] = picture.Path.Select(p => p.Z).ToArray(),
                    ["hovertemplate"] =
                        $"step %{{pointNumber}}<br>{x}: %{{x:.3~g}}<br>{y}: %{{y:.3~g}}<br>{z}: %{{customdata:.4~g}}<extra></extra>",
                }));
        }

        var layout = LayoutFor(picture, 520, legendRows: 0);
        var margin = (Values)layout.GetPropertyValue("margin");
        (margin["l"], margin["b"]) = (10, 10);

        // The reader first looks over the lowest corner: over a high one there would be no view into the valley.
        var (right, back) = (picture.Xs.Count - 1, picture.Ys.Count - 1);
        (int X, int Y)[] corners = [(0, 0), (right, 0), (0, back), (right, back)];
        var (column, row) = corners.MinBy(corner => picture.Heights[corner.Y, corner.X]);
        var eye = new Values { ["x"] = column == 0 ? -1.5 : 1.5, ["y"] = row == 0 ? -1.7 : 1.7, ["z"] = 1.25 };
        return (Chart.Combine(charts), Set(layout, new Values
        {
            ["scene"] = new Values
            {
                ["xaxis"] = SceneAxis(x),
                ["yaxis"] = SceneAxis(y),
                ["zaxis"] = SceneAxis(z),
                ["camera"] = new Values { ["eye"] = eye },
                ["aspectratio"] = new Values { ["x"] = 1.2, ["y"] = 1.2, ["z"] = 0.8 },
            },
        }));
    }

    private static Values SceneAxis(string title) => new()
    {
        ["title"] = new Values { ["text"] = title },
        ["gridcolor"] = Grid,
        ["zerolinecolor"] = Grid,
        ["showbackground"] = false,
        ["color"] = Ink,
    };
}
