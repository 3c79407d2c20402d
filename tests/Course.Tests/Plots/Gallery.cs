using Course.Plots;

namespace Course.Tests.Plots;

/// <summary>One of every picture, with data that tries to break them: markup in titles, control characters in tokens.</summary>
internal static partial class Gallery
{
    public const string Hostile = "Is <script>alert('x')</script> & \"it\" \u0001 safe?";

    private static readonly string[] Tokens = ["The", " cat", "\n", "<b>", "\u0000", " ", "&amp;", "é", "猫", "😀"];

    public static IEnumerable<(string Name, Picture Picture)> All()
    {
        double[] x = [.. Enumerable.Range(0, 2000).Select(i => (double)i)];
        double[] falling = [.. x.Select(i => 1.5 + (3 * Math.Exp(-i / 300)) + (0.1 * Math.Sin(i)))];
        yield return ("lines", Plot.Lines(
            Hostile,
            [new Series("a <b>", x, falling), new Series("b]]>", [0, 1000, 2000], [3, 2, 1], dashed: true)],
            "step",
            new Axis("loss (nats)", Logarithmic: true),
            [new ReferenceLine(2.5, "baseline </text>")],
            [new Band("spread", [0, 2000], [1, 1], [2, 3])]));
        yield return ("one point", Plot.Lines("One point?", [new Series("one", [5], [5])], "x", "y"));
        yield return ("loss", Plot.LossCurve(Hostile, new Series("training", x, falling), new Series("validation", [0, 1000, 1999], [4, 2, 2.2])));
        yield return ("heatmap", Plot.Heatmap(Hostile, Attention(Tokens.Length), Tokens));
        yield return ("heads", Plot.Heatmap("Eight heads", Enumerable.Range(0, 8).Select(h => ($"head {h}", Attention(Tokens.Length))), Tokens));
        yield return ("masked", Plot.Heatmap("Masked", new[,] { { -1, double.NegativeInfinity }, { 0.5, 2 } }, scale: ColorScale.Diverging));
        yield return ("constant", Plot.Heatmap("All zero", new double[3, 4]));
        yield return ("confusion", Plot.ConfusionMatrix(Hostile, new[,] { { 50, 1 }, { 0, 49 } }, ["<cat>", "dog"]));
        yield return ("images", Plot.Images(Hostile, [new ImageTile(Attention(8), "3 <i>"), new ImageTile(new double[8, 8], "\u0002", wrong: true)]));
        yield return ("bars", Plot.Bars(Hostile, Tokens.Select((t, i) => (t, i / 45.0)), percent: true, highlight: ["<b>"]));
        yield return ("negative bars", Plot.Bars("Which way?", [("up", 2), ("down", -1.5), ("none", 0)], "change"));
        foreach (var picture in More())
        {
            yield return picture;
        }
    }

    public static double[,] Attention(int size)
    {
        var weights = new double[size, size];
        for (var query = 0; query < size; query++)
        {
            for (var key = 0; key <= query; key++)
            {
                weights[query, key] = (1.0 + key) / ((query + 1) * (query + 2) / 2.0);
            }
        }

        return weights;
    }
}
