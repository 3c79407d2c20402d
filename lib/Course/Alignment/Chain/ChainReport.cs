using System.Globalization;
using System.Net;
using System.Text;
using Course.Alignment.Chain.Stages;
using Course.Alignment.Reinforcement;
using Course.Plots;

namespace Course.Alignment.Chain;

/// <summary>The report of a chain as one page of HTML that needs no other file: numbers, charts and samples of every stage.</summary>
public static class ChainReport
{
    private const string Head = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>The road to an assistant</title>
        <style>
        :root { color-scheme: light dark }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
        table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
        th, td { border-bottom: 1px solid #8886; padding: .25rem .6rem; text-align: right; font-variant-numeric: tabular-nums }
        th:first-child, td:first-child { text-align: left }
        blockquote { border-left: 3px solid #8886; margin: .8rem 0; padding: .1rem 1rem; white-space: pre-wrap }
        figure { margin: 1rem 0 } small { opacity: .75 }
        </style></head><body>
        <h1>The road to an assistant</h1>
        """;

    /// <summary>Writes the report.</summary>
    /// <param name="recipe">What was made.</param>
    /// <param name="reports">The stages that are complete, in their order.</param>
    public static string ToHtml(ChainRecipe recipe, IReadOnlyList<StageReport> reports)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(reports);
        var html = new StringBuilder(Head);
        var byName = reports.ToDictionary(report => report.Stage);
        html.Append(CultureInfo.InvariantCulture, $"<p>{reports.Count} of {ChatGptChain.Names.Count} stages, ")
            .Append(CultureInfo.InvariantCulture, $"{reports.Sum(report => report.Seconds) / 60:F1} minutes.</p>");
        html.Append("<table><thead><tr><th>What should have come out</th><th>measured</th><th></th></tr></thead><tbody>");
        foreach (var check in ChainChecks.Of(recipe, reports))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(check.Claim)}</td><td>{Text(check.Measured)}</td><td>{(check.Holds ? "yes" : "<b>no</b>")}</td></tr>");
        }

        html.Append("</tbody></table>");
        if (byName.TryGetValue(StageNames.Ppo, out var ppo) && byName.TryGetValue(StageNames.PpoWithoutKl, out var free))
        {
            html.Append("<h2>What is meant, and what is measured</h2>");
            html.Append(Figure(OverOptimisation(ppo, free))).Append(Figure(Frontier(recipe, reports)));
        }

        foreach (var report in reports)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(report.Stage)} <small>{Text(ChatGptChain.TitleOf(report.Stage))}, {report.Seconds:F0} s</small></h2>");
            Numbers(html, report.Metrics);
            html.Append(MarkdownTables.ToHtml(report.Text));
            foreach (var picture in Pictures(report))
            {
                html.Append(Figure(picture));
            }

            foreach (var sample in report.Samples)
            {
                html.Append("<p><b>").Append(Text(sample.Prompt)).Append("</b> <small>").Append(Text(sample.Note)).Append("</small></p><blockquote>")
                    .Append(Text(sample.Answer)).Append("</blockquote>");
            }
        }

        return html.Append("<h2>Recipe</h2><pre>").Append(Text(recipe.ToJson())).Append("</pre></body></html>\n").ToString();
    }

    /// <summary>Both runs of PPO: with a price on KL what is meant follows what is measured, without one it does not.</summary>
    /// <param name="priced">The report of PPO.</param>
    /// <param name="free">The report of PPO without a price on KL.</param>
    /// <exception cref="InvalidOperationException">One of them is the report of something else.</exception>
    public static Picture OverOptimisation(StageReport priced, StageReport free) => Plot.Lines(
        "Does the true reward follow the learned one?",
        [
            Line("true reward, with a price on KL", priced, PpoStage.TrueReward), Line("true reward, without", free, PpoStage.TrueReward),
            Line("learned reward, with a price on KL", priced, Metric.Score), Line("learned reward, without", free, Metric.Score),
        ],
        "iteration",
        "mean reward",
        subtitle: "true: points of the hidden taste; learned: deviations of the reward model");

    /// <summary>What every model gained in the hidden taste against what it spent, with the paths both runs of PPO took.</summary>
    /// <param name="recipe">What was made.</param>
    /// <param name="reports">The stages that are complete, both runs of PPO among them.</param>
    /// <exception cref="KeyNotFoundException">PPO is not complete.</exception>
    public static Picture Frontier(ChainRecipe recipe, IReadOnlyList<StageReport> reports)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(reports);
        var byName = reports.ToDictionary(report => report.Stage);
        // As far as three times the budget: beyond, there is only the run that has gone astray.
        var farthest = 3 * recipe.KlBudget;
        Series[] lines =
        [
            Path("PPO, on its way", byName[StageNames.Ppo], farthest),
            Path("PPO without a price on KL, on its way", byName[StageNames.PpoWithoutKl], farthest),
        ];
        var points = new List<PointGroup>();
        if (byName.TryGetValue(StageNames.Comparison, out var comparison))
        {
            foreach (var name in new[] { StageNames.FineTuning, StageNames.Ppo, StageNames.Dpo, StageNames.PpoWithoutKl, ComparisonStage.BestOfFour })
            {
                if (comparison[$"{name}: KL"] is var kl && kl <= farthest)
                {
                    points.Add(new PointGroup($"{name}, in the end", [kl], [comparison[$"{name}: true reward"]]));
                }
            }
        }

        const string Title = "What does a nat of KL buy?";
        double[] gains = [.. lines.SelectMany(line => line.Y), .. points.SelectMany(point => point.Y)];
        // The lines count for the range as well: they lead to the points.
        var x = new Axis("KL to the fine-tuned model (nats per story)", Minimum: 0, Maximum: 1.05 * Math.Max(lines.Max(line => line.X.Max()), points.SelectMany(point => point.X).DefaultIfEmpty().Max()));
        var y = new Axis("true reward", Minimum: gains.Min() - 0.1, Maximum: gains.Max() + 0.1);
        var subtitle = $"lines: means of {ChainChecks.Window} iterations";
        return points.Count == 0 ? Plot.Lines(Title, lines, x, y, subtitle: subtitle) : Plot.Scatter(Title, points, x, y, subtitle: subtitle, lines: lines);
    }

    private static Series Path(string label, StageReport report, double farthest)
    {
        var path = Curve(report, Metric.Kl).Means(ChainChecks.Window).Zip(Curve(report, PpoStage.TrueReward).Means(ChainChecks.Window)).TakeWhile((point, i) => i == 0 || point.First <= farthest).ToList();
        return new Series(label, path.Select(point => point.First), path.Select(point => point.Second));
    }

    /// <summary>The tables and remarks of a stage as HTML.</summary>
    /// <param name="report">The report.</param>
    public static string TablesToHtml(StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return MarkdownTables.ToHtml(report.Text);
    }

    /// <summary>The charts of a stage: its losses, or what a policy's training measured.</summary>
    /// <param name="report">The report.</param>
    public static IReadOnlyList<Picture> PicturesOf(StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. Pictures(report)];
    }

    private static IEnumerable<Picture> Pictures(StageReport report)
    {
        if (report.Curves.FirstOrDefault(curve => curve.Name == StageCurves.Training) is { } training)
        {
            var validation = report.Curves.FirstOrDefault(curve => curve.Name == StageCurves.Validation);
            yield return Plot.LossCurve(
                $"How does the loss of {report.Stage} fall?",
                new Series("training, smoothed", training.X, training.Y),
                validation is null ? null : new Series("validation", validation.X, validation.Y),
                unit: report.Stage is StageNames.Reward or StageNames.Dpo ? "nats per pair" : "nats per token");
        }

        if (report.Curves.FirstOrDefault(curve => curve.Name == "calibration") is { } calibration)
        {
            yield return Plot.Lines(
                "Is the reward model as often right as it is sure?",
                [new Series("reward model", calibration.X, calibration.Y), new Series("perfectly calibrated", [0.5, 1], [0.5, 1], dashed: true)],
                "sureness",
                "share of pairs ordered right");
        }

        foreach (var (name, title, axis) in new[]
        {
            (Metric.Kl, "How far does the policy go from the fine-tuned model?", "KL (nats per completion)"),
            (Metric.Score, "How does the reward grow?", "mean reward"),
            (Metric.Length, "Do the answers grow longer?", "tokens per completion"),
        })
        {
            if (report.Curves.Any(curve => curve.Name == name))
            {
                yield return Plot.Lines(title, [Line(report.Stage, report, name)], "iteration", axis);
            }
        }
    }

    private static void Numbers(StringBuilder html, IReadOnlyDictionary<string, double> metrics)
    {
        // The comparison says the same in its own table.
        if (metrics.Count is 0 or > 12)
        {
            return;
        }

        html.Append("<table>");
        foreach (var (name, value) in metrics)
        {
            var number = value.ToString(value == Math.Round(value) ? "N0" : "N3", CultureInfo.InvariantCulture);
            html.Append("<tr><td>").Append(Text(name)).Append("</td><td>").Append(number).Append("</td></tr>");
        }

        html.Append("</table>");
    }

    private static StageCurve Curve(StageReport report, string name) => report.Curves.First(curve => curve.Name == name);

    private static Series Line(string label, StageReport report, string name) => new(label, Curve(report, name).X, Curve(report, name).Y);

    private static string Figure(Picture picture) => $"<figure>{picture.ToSvg()}</figure>";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
