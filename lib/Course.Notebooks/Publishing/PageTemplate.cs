using System.Net;
using System.Text;

namespace Course.Notebooks.Publishing;

/// <summary>What stands around the content of every page: head, menu, search, previous and next.</summary>
/// <param name="title">The book's title.</param>
/// <param name="chapters">All chapters in order.</param>
/// <param name="isTrusted">Whether pages may run scripts of notebooks.</param>
/// <param name="version">Changes when the shared files do, so that browsers do not mix old ones with new pages.</param>
internal sealed class PageTemplate(string title, IReadOnlyList<Chapter> chapters, bool isTrusted, string version)
{
    // Scripts come from the book's own folder only; "file:" is that folder when the book is opened without a server. Styles stand in
    // elements too: Plotly sets them, and so do tables of notebooks.
    private const string Policy = "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data: blob:; "
        + "base-uri 'none'; form-action 'none'";

    /// <summary>The page of a chapter.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="editor">An address that opens the notebook in an editor on the web, if there is one.</param>
    /// <param name="original">The notebook's address as seen from the site's folder, for opening it in the editor of this machine.</param>
    /// <param name="download">The address of the copy in the site.</param>
    public string Chapter(int index, string? editor, string original, string download)
    {
        var chapter = chapters[index];
        var html = Begin(chapter.FullTitle, index);
        html.Append("<div class=\"tools\">");
        if (chapter.Part.Length > 0)
        {
            html.Append("<span>").Append(Encode(chapter.Part)).Append("</span>");
        }
        html.Append("<a class=\"editor\" data-original=\"").Append(Encode(original)).Append('"')
            .Append(editor is null ? " hidden" : $" href=\"{Encode(editor)}\"").Append(">Open in VS Code</a>")
            .Append("<a href=\"").Append(Encode(download)).Append("\" download>Download the notebook</a></div>\n")
            .Append(chapter.Html);
        html.Append("<nav class=\"turn\" aria-label=\"Previous and next chapter\">");
        Turn(html, index - 1, "prev", "Previous");
        Turn(html, index + 1, "next", "Next");
        html.Append("</nav>\n</main>\n");
        if (chapter.Headings.Count > 1)
        {
            html.Append("<nav class=\"here\" aria-label=\"On this page\"><p>On this page</p><ul>");
            foreach (var (level, anchor, text) in chapter.Headings.Where(heading => heading.Level == 2))
            {
                html.Append("<li><a href=\"#").Append(Uri.EscapeDataString(anchor)).Append("\">").Append(Encode(text)).Append("</a></li>");
            }
            html.Append("</ul></nav>\n");
        }
        return End(html);
    }

    /// <summary>The page with the table of contents.</summary>
    /// <param name="introduction">What the book is about; may be empty.</param>
    public string Index(string introduction)
    {
        var html = Begin(title, -1);
        html.Append("<h1>").Append(Encode(title)).Append("</h1>\n");
        if (introduction.Length > 0)
        {
            html.Append("<p class=\"lead\">").Append(Encode(introduction)).Append("</p>\n");
        }
        html.Append("<p><a class=\"begin\" href=\"").Append(Address(chapters[0])).Append("\">Begin with ").Append(Encode(chapters[0].FullTitle)).Append("</a></p>\n");
        foreach (var part in Parts())
        {
            if (part.Key.Length > 0)
            {
                html.Append("<h2>").Append(Encode(part.Key)).Append("</h2>\n");
            }
            html.Append("<ol class=\"contents\">");
            foreach (var chapter in part)
            {
                html.Append("<li><a href=\"").Append(Address(chapter)).Append("\"><span class=\"number\">").Append(Encode(chapter.Number))
                    .Append("</span><span><strong>").Append(Encode(chapter.Title)).Append("</strong>");
                if (chapter.Question.Length > 0)
                {
                    html.Append("<span class=\"question\">").Append(Encode(chapter.Question)).Append("</span>");
                }
                html.Append("</span></a></li>");
            }
            html.Append("</ol>\n");
        }
        html.Append("</main>\n");
        return End(html);
    }

    private StringBuilder Begin(string pageTitle, int current)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        if (!isTrusted)
        {
            html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(Policy).Append("\">\n");
        }
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append("<meta name=\"referrer\" content=\"no-referrer\">\n<title>")
            .Append(Encode(current < 0 ? pageTitle : $"{pageTitle} – {title}")).Append("</title>\n")
            .Append("<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"assets/book.css?").Append(version)
            .Append("\">\n<script src=\"assets/theme.js?").Append(version).Append("\"></script>\n<script defer src=\"assets/book.js?").Append(version)
            .Append("\" data-version=\"").Append(version).Append("\"></script>\n</head>\n<body>\n<a class=\"skip\" href=\"#book-main\">Skip to the text</a>\n")
            .Append("<header class=\"bar\"><button type=\"button\" id=\"book-menu\" aria-expanded=\"false\" aria-controls=\"book-chapters\">Chapters</button>")
            .Append("<a class=\"home\" href=\"index.html\">").Append(Encode(title)).Append("</a>")
            .Append("<div class=\"search\" role=\"search\"><input type=\"search\" id=\"book-search\" placeholder=\"Search ( / )\" aria-label=\"Search the book\" ")
            .Append("autocomplete=\"off\" spellcheck=\"false\"><div id=\"book-found\" hidden><p role=\"status\"></p><ol></ol></div></div>")
            .Append("<button type=\"button\" id=\"book-theme\" hidden>Theme</button></header>\n")
            .Append("<nav class=\"chapters\" id=\"book-chapters\" aria-label=\"Chapters\">");
        foreach (var part in Parts())
        {
            if (part.Key.Length > 0)
            {
                html.Append("<p>").Append(Encode(part.Key)).Append("</p>");
            }
            html.Append("<ol>");
            foreach (var chapter in part)
            {
                var isCurrent = current >= 0 && chapters[current] == chapter;
                html.Append("<li><a href=\"").Append(Address(chapter)).Append('"').Append(isCurrent ? " aria-current=\"page\"" : "").Append("><span class=\"number\">")
                    .Append(Encode(chapter.Number)).Append("</span><span>").Append(Encode(chapter.Title)).Append("</span></a></li>");
            }
            html.Append("</ol>");
        }
        html.Append("</nav>\n<main id=\"book-main\" tabindex=\"-1\">\n");
        return html;
    }

    private static string End(StringBuilder html) => html.Append("</body>\n</html>\n").ToString();

    private void Turn(StringBuilder html, int index, string relation, string label)
    {
        if (index >= 0 && index < chapters.Count)
        {
            html.Append("<a rel=\"").Append(relation).Append("\" href=\"").Append(Address(chapters[index])).Append("\"><span>").Append(label)
                .Append("</span> ").Append(Encode(chapters[index].FullTitle)).Append("</a>");
        }
    }

    private IEnumerable<IGrouping<string, Chapter>> Parts() => chapters.GroupBy(chapter => chapter.Part, StringComparer.Ordinal);

    private static string Address(Chapter chapter) => Uri.EscapeDataString(chapter.File);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
