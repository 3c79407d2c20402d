using System.Globalization;
using System.Net;
using System.Text;
using Course.Notebooks.Documents;
using Course.Notebooks.Publishing.Mathematics;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course.Notebooks.Grading;

/// <summary>
/// What a student gets back: one HTML page with the points of each question, what the tests said, and the notebook as it ran.
/// Everything that comes from the notebook is shown as text, so the page can run no script, whoever wrote the notebook.
/// </summary>
public static class FeedbackPage
{
    private const int MaxOutput = 20_000;

    private const string Style = """
        :root{color-scheme:light dark;--paper:#fff;--panel:#f5f6f8;--text:#1c2026;--soft:#565d68;--line:#d9dde3;--link:#0b5cad;--good:#1a6b3c;--bad:#b3261e}
        @media screen and (prefers-color-scheme:dark){:root{--paper:#15181d;--panel:#1e2229;--text:#e4e7eb;--soft:#a4acb8;--line:#363c46;--link:#82b9f5;--good:#7fd6a0;--bad:#ff8a80}}
        *{box-sizing:border-box}body{font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;max-width:56rem;margin:0 auto;padding:1.5rem 1rem 4rem;color:var(--text);background:var(--paper)}
        a{color:var(--link)}h1,h2,h3,h4,h5,h6{line-height:1.25;margin:1.6em 0 .5em}h1{font-size:1.7rem;margin-top:0;overflow-wrap:anywhere}h1 small{display:block;font-size:1rem;font-weight:400;color:var(--soft)}
        h2{font-size:1.3rem;border-bottom:1px solid var(--line);padding-bottom:.2em}h3{font-size:1.3rem}h4{font-size:1.1rem}
        .score{font-size:1.1rem;margin:.5rem 0 1.5rem}.score strong{font-size:1.7rem}.bar{height:.6rem;border-radius:.3rem;background:var(--line);margin-top:.4rem}.bar div{height:100%;border-radius:.3rem;background:var(--link)}
        table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;vertical-align:top;border-bottom:1px solid var(--line)}td:last-child{width:100%;overflow-wrap:anywhere}tbody th{white-space:nowrap;font-weight:400}
        @media screen and (max-width:40rem){thead{display:none}tr{display:grid;grid-template-columns:1fr auto;padding:.4rem 0;border-bottom:1px solid var(--line)}td,th{border:0;padding:.1rem 0}tbody th{white-space:normal;overflow-wrap:anywhere}td:last-child{grid-column:1/-1}}
        .full{color:var(--good)}.missed{color:var(--bad)}.points{font-weight:600;margin:0 0 .4rem}td.points{white-space:nowrap}
        pre{overflow-x:auto;background:var(--panel);border:1px solid var(--line);padding:.7rem .9rem;border-radius:.5rem;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45}
        code,pre{font-family:ui-monospace,"Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}pre code{font-size:1em}
        pre.out{border:0;border-left:.25rem solid var(--line);border-radius:0;background:none}pre.error{border-left-color:var(--bad);color:var(--bad)}
        math[display=block]{overflow-x:auto;padding:.3em 0}section{margin:1.2rem 0}section.graded{border-left:.25rem solid var(--link);padding-left:1rem}img,svg{max-width:100%}
        """;

    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseMathematics().Build();

    /// <summary>The page.</summary>
    /// <param name="result">The points.</param>
    /// <param name="executed">The notebook as it ran; <see langword="null"/> when it could not be run.</param>
    /// <param name="showHidden">Whether the page shows the text of hidden tests; an exam that is used again keeps them hidden.</param>
    public static string Render(SubmissionResult result, NotebookDocument? executed, bool showHidden = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        var name = result.Assignment == result.Notebook ? result.Notebook : $"{result.Assignment}/{result.Notebook}";
        var share = result.MaxPoints > 0 ? Math.Clamp(100 * result.Score / result.MaxPoints, 0, 100) : 0;
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
            .Append("<title>").Append(Text($"{name} – {result.Student}")).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n<h1>")
            .Append(Text(name)).Append("<small>").Append(Text(result.Student)).Append("</small></h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"score\"><strong>{result.Score:0.##}</strong> of {result.MaxPoints:0.##} points")
            .Append(result.NeedsPerson ? "; a person still grades a part" : "")
            .Append(CultureInfo.InvariantCulture, $"<div class=\"bar\"><div style=\"width:{share:0.#}%\"></div></div></div>\n");
        html.Append("<table><thead><tr><th scope=\"col\">question</th><th scope=\"col\">points</th><th scope=\"col\">why</th></tr></thead><tbody>\n");
        foreach (var cell in result.Cells)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\"><a href=\"#{Text(cell.Id)}\">{Text(cell.Id)}</a></th><td class=\"points{Mark(cell)}\">{Points(cell)}</td><td>{Text(cell.Reason ?? "✓")}</td></tr>\n");
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
        var score = id is null ? null : scores.GetValueOrDefault(id);
        html.Append("<section").Append(id is null ? "" : $" id=\"{Text(id)}\"").Append(score is null ? "" : " class=\"graded\"").Append(">\n");
        if (score is not null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"points{Mark(score)}\">{Text(score.Id)}: {Points(score)}</p>\n");
        }
        var source = showHidden ? cell.Source : WithoutHidden(cell.Source);
        html.Append(cell.Kind == CellKind.Markdown ? MarkdownHtml(source) : $"<pre><code>{Text(source)}</code></pre>").Append('\n');
        foreach (var output in cell.Outputs)
        {
            var text = output.Text ?? output.Bundle?.Data.GetValueOrDefault(MimeTypes.PlainText) ?? "";
            if (text.Length > 0)
            {
                html.Append(output.Type == "error" ? "<pre class=\"out error\">" : "<pre class=\"out\">").Append(Text(Shorten(text))).Append("</pre>\n");
            }
        }
        html.Append("</section>\n");
    }

    // The page has two levels of headings of its own above those of the notebook.
    private static string MarkdownHtml(string source)
    {
        var document = Markdig.Markdown.Parse(source, Markdown);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(6, heading.Level + 2);
        }
        foreach (var formula in document.Descendants<MathInline>().ToArray())
        {
            formula.ReplaceBy(new HtmlInline(Formula(formula.Content.ToString(), formula.DelimiterCount > 1)));
        }
        foreach (var formula in document.Descendants<MathBlock>().ToArray())
        {
            var parent = formula.Parent!;
            parent[parent.IndexOf(formula)] = new HtmlBlock(null) { Lines = new StringLineGroup(Formula(formula.Lines.ToString(), display: true)) };
        }
        return document.ToHtml(Markdown);
    }

    private static string Formula(string latex, bool display)
    {
        try
        {
            return MathMl.Convert(latex, display);
        }
        catch (LatexException)
        {
            return $"<code>{Text(latex)}</code>";
        }
    }

    private static string Mark(CellScore cell) => cell.Score is not { } score ? "" : score >= cell.MaxPoints ? " full" : " missed";

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
