using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Course.Notebooks.Documents;
using Course.Notebooks.Publishing.Cleaning;

namespace Course.Notebooks.Publishing;

/// <summary>
/// Makes a static site of executed notebooks: one page a notebook, a table of contents and a search, which work from a server and from
/// the file system, without a network. Formulas and code colours are made here; only charts and search need a script in the page.
/// </summary>
public static partial class Book
{
    /// <summary>Where the chart library lies in the site.</summary>
    public const string ChartLibraryFile = "assets/plotly.min.js";

    private static readonly string[] Assets = ["book.css", "theme.js", "book.js"];

    /// <summary>Writes a book.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="progress">Is told of each chapter before it is made.</param>
    /// <param name="cancellation">Gives up; the folder may then hold a part of the book.</param>
    /// <exception cref="ArgumentException">There is no notebook, or two would become the same page.</exception>
    /// <exception cref="NotebookFormatException">A file is no notebook; the message says which, where and why.</exception>
    /// <exception cref="IOException">A file cannot be read, or the output folder cannot be used.</exception>
    public static async Task<BookReport> WriteAsync(BookOptions options, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var warnings = new List<string>();
        var documents = options.Notebooks.Select(path => (Path: Path.GetFullPath(path), Document: NotebookDocument.Load(path))).ToArray();
        var contents = options.ContentsFile is { } file ? BookContents.Read(await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false)) : null;
        var chapters = Plan(documents, contents);
        var site = new SiteFolder(options.Output);
        var pages = chapters.ToDictionary(chapter => chapter.Notebook, chapter => chapter.File, StringComparer.Ordinal);

        using var highlighter = new CodeHighlighter();
        var parser = new HtmlParser();
        for (var index = 0; index < chapters.Count; index++)
        {
            var chapter = chapters[index];
            progress?.Report(chapter.FullTitle);
            // One cleaner a page: it numbers the drawings, and the same notebook gives the same page whatever stands before it.
            var cleaner = new HtmlCleaner(options.Trust);
            var markdown = new MarkdownRenderer(cleaner, highlighter);
            var renderer = new ChapterRenderer(markdown, new OutputRenderer(cleaner, markdown, options.Trust), highlighter);
            var name = Path.GetFileName(chapter.Notebook);
            var links = new LinkMap(chapter.Notebook, pages, options.Source, site);
            var notebook = documents[index].Document;
            if (notebook.Cells.All(cell => cell.Outputs.Count == 0) && notebook.Cells.Any(cell => cell.Kind == CellKind.Code))
            {
                warnings.Add($"{name}: no cell has an output. Run the notebook first, and save it.");
            }
            var html = await renderer.ToHtmlAsync(notebook, new PageContext(links, message => warnings.Add($"{name}: {message}")), cancellation).ConfigureAwait(false);
            // A corner without a text is no heading, for whoever has a table read to them.
            html = EmptyHeading().Replace(html, "<td$1></td>");
            var body = parser.ParseDocument(html).Body!;
            chapter.Html = body.QuerySelector("h1") is null ? $"<h1>{System.Net.WebUtility.HtmlEncode(chapter.FullTitle)}</h1>\n{html}" : html;
            chapter.Index(body);
        }

        WriteSite(options, site, chapters, contents?.Introduction ?? "");
        var written = chapters.Select(chapter => new BookChapter(chapter.FullTitle, chapter.Part, chapter.File, site.BytesOf(chapter.File))).ToArray();
        return new BookReport(Path.Combine(site.Root, "index.html"), written, site.Bytes, warnings);
    }

    private static void WriteSite(BookOptions options, SiteFolder site, List<Chapter> chapters, string introduction)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Asset(string file, ReadOnlySpan<byte> content)
        {
            hash.AppendData(content);
            site.Write(file, content);
        }

        foreach (var asset in Assets)
        {
            Asset("assets/" + asset, Resource(asset));
        }
        Asset("assets/search-index.js", System.Text.Encoding.UTF8.GetBytes(SearchIndex.Script(chapters)));
        if (!options.ChartLibrary.IsEmpty)
        {
            Asset(ChartLibraryFile, options.ChartLibrary.Span);
        }
        var template = new PageTemplate(options.Title, chapters, options.Trust, Convert.ToHexStringLower(hash.GetHashAndReset())[..8]);
        site.Write("index.html", template.Index(introduction));
        for (var index = 0; index < chapters.Count; index++)
        {
            var chapter = chapters[index];
            var download = "notebooks/" + Path.GetFileName(chapter.Notebook);
            site.Copy(download, chapter.Notebook);
            var original = Path.GetRelativePath(site.Root, chapter.Notebook).Replace('\\', '/');
            site.Write(chapter.File, template.Chapter(index, options.Source?.Editor(chapter.Notebook), Escape(original), Escape(download)));
        }
        site.Finish();
    }

    private static List<Chapter> Plan(IReadOnlyList<(string Path, NotebookDocument Document)> notebooks, BookContents? contents)
    {
        if (notebooks.Count == 0)
        {
            throw new ArgumentException("A book needs at least one notebook.");
        }
        var chapters = new List<Chapter>();
        foreach (var (path, document) in notebooks)
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var entry = contents?.Of(path);
            chapters.Add(new Chapter
            {
                Notebook = path,
                File = name.Equals("index", StringComparison.OrdinalIgnoreCase) ? "index-notebook.html" : name + ".html",
                Number = LeadingNumber().Match(name).Value,
                Title = entry?.Title ?? Heading(document) ?? name,
                Part = entry?.Part ?? "",
                Question = entry?.Question ?? "",
            });
        }
        var twice = chapters.GroupBy(chapter => chapter.File, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? chapters : throw new ArgumentException(
            $"{string.Join(" and ", twice.Select(chapter => chapter.Notebook))} would become the same page. Give one of them another file name.");
    }

    private static string? Heading(NotebookDocument document)
    {
        foreach (var cell in document.Cells.Where(cell => cell.Kind == CellKind.Markdown))
        {
            var heading = MarkdownRenderer.Parse(cell.Source).OfType<Markdig.Syntax.HeadingBlock>().FirstOrDefault(block => block.Level == 1);
            if (heading is not null && MarkdownRenderer.PlainText(heading.Inline).Trim() is { Length: > 0 } text)
            {
                return BookContents.Number().Replace(text, "");
            }
        }
        return null;
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static byte[] Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("book/" + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    [GeneratedRegex(@"<th((?: [^<>]*)?)>\s*</th>")]
    private static partial Regex EmptyHeading();

    [GeneratedRegex(@"\A\d+(?=-)")]
    private static partial Regex LeadingNumber();
}
