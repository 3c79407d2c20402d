using System.Globalization;
using System.Net;
using System.Text;
using Course.Notebooks.Documents;
using Markdig;

namespace Course.Notebooks.Grading;

/// <summary>
/// What a student gets back: one HTML page with the points of each question, what the tests said, and the notebook as it ran.
/// Everything that comes from the notebook is shown as text, so the page can run no script, whoever wrote the notebook.
/// </summary>
public static class FeedbackPage
{
    private const int MaxOutput = 20_000;

    private const string Style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
        pre{overflow-x:auto;background:#f4f4f4;padding:.6rem;border-radius:.3rem;white-space:pre-wrap;overflow-wrap:anywhere}
        table{border-collapse:collapse}td,th{text-align:left;padding:.3rem .8rem .3rem 0;vertical-align:top;border-bottom:1px solid #ccc}
        .error{border-left:.3rem solid #b3261e}.points{font-weight:bold}section{margin:1.5rem 0}
        @media (prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}pre{background:#2a2a2a}td,th{border-color:#555}}
        """;

    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>The page.</summary>
    /// <param name="result">The points.</param>
    /// <param name="executed">The notebook as it ran; <see langword="null"/> when it could not be run.</param>
    /// <param name="showHidden">Whether the page shows the text of hidden tests; an exam that is used again keeps them hidden.</param>
    public static string Render(SubmissionResult result, NotebookDocument? executed, bool showHidden = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var title = $"{result.Assignment}/{result.Notebook} – {result.Student}";
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
            .Append("<title>").Append(Text(title)).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<h1>").Append(Text(title)).Append("</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"points\">{result.Score:0.##} of {result.MaxPoints:0.##} points")
            .Append(result.NeedsPerson ? "; a person still grades a part" : "").Append("</p>\n");
        html.Append("<table><thead><tr><th scope=\"col\">question</th><th scope=\"col\">points</th><th scope=\"col\">why</th></tr></thead><tbody>\n");
        foreach (var cell in result.Cells)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\"><a href=\"#{Text(cell.Id)}\">{Text(cell.Id)}</a></th><td>{Points(cell)}</td><td>{Text(cell.Reason ?? "✓")}</td></tr>\n");
        }
        html.Append("</tbody></table>\n");
        if (result.Findings.Count > 0)
        {
            html.Append("<h2>About your notebook</h2><ul>").AppendJoin("", result.Findings.Where(IsForStudent).Select(finding => $"<li>{Text(finding)}</li>")).Append("</ul>\n");
        }
        if (executed is not null)
        {
            html.Append("<h2>Your notebook as it ran</h2>\n");
            var scores = result.Cells.ToDictionary(cell => cell.Id, StringComparer.Ordinal);
            foreach (var cell in executed.Cells)
            {
                Append(html, cell, scores, showHidden);
            }
        }
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void Append(StringBuilder html, NotebookCell cell, Dictionary<string, CellScore> scores, bool showHidden)
    {
        var id = GradeCell.IdOf(cell);
        html.Append("<section").Append(id is null ? "" : $" id=\"{Text(id)}\"").Append(">\n");
        if (id is not null && scores.TryGetValue(id, out var score))
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"points\">{Text(id)}: {Points(score)}</p>\n");
        }
        var source = showHidden ? cell.Source : WithoutHidden(cell.Source);
        html.Append(cell.Kind == CellKind.Markdown ? Markdig.Markdown.ToHtml(source, Markdown) : $"<pre><code>{Text(source)}</code></pre>").Append('\n');
        foreach (var output in cell.Outputs)
        {
            var text = output.Text ?? output.Bundle?.Data.GetValueOrDefault(MimeTypes.PlainText) ?? "";
            if (text.Length > 0)
            {
                html.Append(output.Type == "error" ? "<pre class=\"error\">" : "<pre>").Append(Text(Shorten(text))).Append("</pre>\n");
            }
        }
        html.Append("</section>\n");
    }

    private static string WithoutHidden(string source) =>
        MarkedRegions.Problems(source).Count == 0 ? MarkedRegions.RemoveHiddenTests(source) : source;

    // What is only worth an instructor's look would read as an accusation.
    private static bool IsForStudent(string finding) => !finding.StartsWith(Suspicion.Opening, StringComparison.Ordinal);

    private static string Points(CellScore cell) => cell.Score is { } score
        ? string.Create(CultureInfo.InvariantCulture, $"{score:0.##} of {cell.MaxPoints:0.##}")
        : string.Create(CultureInfo.InvariantCulture, $"by hand, up to {cell.MaxPoints:0.##}");

    private static string Shorten(string text) => text.Length <= MaxOutput ? text : text[..MaxOutput] + "\n…";

    private static string Text(string text) => WebUtility.HtmlEncode(Execution.AnsiText.Plain(text));
}
