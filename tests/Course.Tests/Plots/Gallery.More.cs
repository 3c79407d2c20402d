using Course.Plots;

namespace Course.Tests.Plots;

internal static partial class Gallery
{
    private static IEnumerable<(string Name, Picture Picture)> More()
    {
        yield return ("scatter", Plot.Scatter(
            Hostile, [new PointGroup("<a>", [1, 2], [3, 4], ["<b>", "\u0003"]), new PointGroup("b", [-1], [0.5])], "first", "second", square: true));
        yield return ("points and lines", Plot.Scatter(
            Hostile, [new PointGroup("a", [1, 2], [3, 4])], "first", "second", lines: [new Series("<l>", [0, 9], [9, 0]), new Series("m", [1, 2], [3, 4], dashed: true)]));
        yield return ("many points", Plot.Scatter(
            "Many points", [new PointGroup("all", Enumerable.Range(0, 600).Select(i => Math.Sin(i)), Enumerable.Range(0, 600).Select(i => Math.Cos(2.0 * i)))], "x", "y"));
        yield return ("histogram", Plot.Histogram(Hostile, Enumerable.Range(0, 1000).Select(i => Math.Sin(i)), "sine <x>"));
        yield return ("two histograms", Plot.Histogram("Two groups", [("a", [1.0, 2, 2, 3]), ("b", [2.0, 3, 3])], "value", bins: 3));
        yield return ("equal values", Plot.Histogram("Equal values", [7, 7, 7], "value"));
        yield return ("surface", Plot.Surface(
            Hostile, (x, y) => (x * x) + (3 * y * y), new Axis("w1", Minimum: -2, Maximum: 2), new Axis("w2", Minimum: -1, Maximum: 1), "loss <z>",
            Enumerable.Range(0, 50).Select(i => (1.8 * Math.Pow(0.9, i), 0.9 * Math.Pow(0.7, i)))));
        yield return ("flat surface", Plot.Surface("Flat", (_, _) => 1, new Axis("a", Minimum: 0, Maximum: 1), new Axis("b", Minimum: 0, Maximum: 1)));
        yield return ("diagram", Plot.Diagram(
            Hostile,
            [new("data", 0, Note: "<n>", Tone: DiagramTone.Data), new("<b>model</b>", 1, Tone: DiagramTone.Learned), new("loss", 2, 0.5, Tone: DiagramTone.Judge)],
            [new("data", "<b>model</b>", "a & b"), new("<b>model</b>", "data", Dashed: true), new("loss", "data", "back", Bend: 40)],
            [new("<frame>", ["data", "<b>model</b>"])]));
        yield return ("regions", Plot.Regions(
            Hostile, [new("<all>", 0, 0, 100, 100), new("part & parcel", 20, 20, 90, 90, NameBelow: true)], [new("<i>\nsecond line", 50, 50), new("edge", 0, 100)]));
        yield return ("board", Plot.Board(Hostile, new[,] { { 0.5, -1 }, { double.NegativeInfinity, 0 } }, new[,] { { "→", "<b>" }, { "", "\u0001" } }));
    }
}
