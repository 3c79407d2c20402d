using System.Net;
using AngleSharp.Dom;
using Course.Notebooks.Publishing.Cleaning;
using Course.Notebooks.Publishing.Mathematics;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course.Notebooks.Publishing;

/// <summary>Markdown cells as HTML: formulas as MathML, C# with colours, links that lead to pages of the book.</summary>
/// <param name="cleaner">Makes HTML in the Markdown safe.</param>
/// <param name="highlighter">Colours C#.</param>
internal sealed class MarkdownRenderer(HtmlCleaner cleaner, CodeHighlighter highlighter)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseEmphasisExtras().UseAutoLinks().UseAlertBlocks().UseMathematics().Build();

    /// <summary>Renders a text.</summary>
    /// <param name="markdown">The text of a cell or of an output.</param>
    /// <param name="page">The page it stands on.</param>
    /// <param name="attachments">The images a cell carries (<c>attachment:</c> addresses), if any.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> ToHtmlAsync(string markdown, PageContext page, Attachments attachments, CancellationToken cancellation)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        var slots = new Slots();
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in document.Descendants().ToArray())
        {
            switch (node)
            {
                case HeadingBlock heading:
                    var anchor = page.Anchor(PlainText(heading.Inline));
                    anchors.Add(anchor);
                    heading.GetAttributes().Id = anchor;
                    break;
                case MathInline formula:
                    formula.ReplaceBy(new HtmlInline(slots.Keep(Formula(formula.Content.ToString(), formula.DelimiterCount > 1, page))));
                    break;
                case MathBlock block:
                    Replace(block, slots.Keep($"<div class=\"formula\">{Formula(block.Lines.ToString(), true, page)}</div>"));
                    break;
                case CodeBlock code:
                    Replace(code, slots.Keep(await CodeAsync(code, cancellation).ConfigureAwait(false)));
                    break;
                case LinkInline link:
                    Redirect(link, page, attachments);
                    break;
            }
        }
        var body = cleaner.Clean(document.ToHtml(Pipeline), slots);
        foreach (var element in body.QuerySelectorAll("[id]").Where(element => !anchors.Contains(element.Id!)))
        {
            element.RemoveAttribute("id");
        }
        foreach (var table in body.QuerySelectorAll("table"))
        {
            var scroller = table.Owner!.CreateElement("div");
            scroller.ClassName = "scroll";
            table.Replace(scroller);
            scroller.AppendChild(table);
        }
        return slots.Fill(body.InnerHtml);
    }

    /// <summary>A formula as MathML, or as it was written, with the reason why it could not be drawn.</summary>
    public static string Formula(string latex, bool display, PageContext page)
    {
        try
        {
            return MathMl.Convert(latex, display);
        }
        catch (LatexException e)
        {
            page.Warn($"The formula {latex.Trim()} stays as it is written. {e.Message}");
            return $"<code class=\"formula-text\">{WebUtility.HtmlEncode(latex)}</code>";
        }
    }

    /// <summary>The text of a heading or a link without its markup.</summary>
    public static string PlainText(ContainerInline? inlines) => inlines is null ? "" : string.Concat(inlines.Descendants().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        MathInline formula => formula.Content.ToString(),
        LineBreakInline => " ",
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        _ => "",
    }));

    /// <summary>The Markdown as a tree, read with the book's extensions.</summary>
    public static MarkdownDocument Parse(string markdown) => Markdown.Parse(markdown, Pipeline);

    private async Task<string> CodeAsync(CodeBlock block, CancellationToken cancellation)
    {
        var code = block.Lines.ToString();
        var language = (block as FencedCodeBlock)?.Info ?? "";
        var isCSharp = language.ToLowerInvariant() is "csharp" or "c#" or "cs";
        var html = isCSharp ? await highlighter.ToHtmlAsync(code, cancellation).ConfigureAwait(false) : WebUtility.HtmlEncode(code);
        return $"<pre class=\"code\"><code>{html}</code></pre>";
    }

    private static void Redirect(LinkInline link, PageContext page, Attachments attachments)
    {
        var address = link.Url ?? "";
        if (link.IsImage)
        {
            link.Url = attachments.Find(address) ?? page.Image(address);
        }
        else
        {
            link.Url = page.Link(address);
        }
        if (link.Url is null)
        {
            // Better no link than one that leads nowhere.
            var text = new ContainerInline();
            while (link.FirstChild is { } child)
            {
                child.Remove();
                text.AppendChild(child);
            }
            link.ReplaceBy(text);
        }
    }

    private static void Replace(LeafBlock block, string html)
    {
        var parent = block.Parent!;
        parent[parent.IndexOf(block)] = Html(html);
    }

    private static HtmlBlock Html(string html) => new(null) { Lines = new StringLineGroup(html) };
}
