using System.Globalization;
using System.Net;
using System.Text;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Publishing;

/// <summary>The cells of a notebook as the body of a page.</summary>
/// <param name="markdown">Renders text.</param>
/// <param name="outputs">Renders what cells displayed.</param>
/// <param name="highlighter">Colours code.</param>
internal sealed class ChapterRenderer(MarkdownRenderer markdown, OutputRenderer outputs, CodeHighlighter highlighter)
{
    /// <summary>Renders the cells one below the other.</summary>
    public async Task<string> ToHtmlAsync(NotebookDocument notebook, PageContext page, CancellationToken cancellation)
    {
        var html = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            switch (cell.Kind)
            {
                case CellKind.Markdown:
                    html.Append("<section class=\"cell\" data-text>")
                        .Append(await markdown.ToHtmlAsync(cell.Source, page, Attachments.Of(cell), cancellation).ConfigureAwait(false))
                        .Append("</section>\n");
                    break;
                case CellKind.Code:
                    await AppendCodeAsync(html, notebook, cell, page, cancellation).ConfigureAwait(false);
                    break;
                default:
                    html.Append("<pre class=\"cell raw\">").Append(WebUtility.HtmlEncode(cell.Source)).Append("</pre>\n");
                    break;
            }
        }
        return html.ToString();
    }

    private async Task AppendCodeAsync(StringBuilder html, NotebookDocument notebook, NotebookCell cell, PageContext page, CancellationToken cancellation)
    {
        html.Append("<div class=\"cell\">");
        if (cell.Source.Trim().Length > 0)
        {
            var code = notebook.LanguageOf(cell) == "csharp"
                ? await highlighter.ToHtmlAsync(cell.Source, cancellation).ConfigureAwait(false)
                : WebUtility.HtmlEncode(cell.Source);
            var count = cell.ExecutionCount is { } number ? $" data-count=\"{number.ToString(CultureInfo.InvariantCulture)}\"" : "";
            html.Append("<pre class=\"code\"").Append(count).Append("><code>").Append(code).Append("</code></pre>");
        }
        var displayed = await outputs.ToHtmlAsync(cell, page, cancellation).ConfigureAwait(false);
        if (displayed.Length > 0)
        {
            html.Append("<div class=\"outputs\">").Append(displayed).Append("</div>");
        }
        html.Append("</div>\n");
    }
}
