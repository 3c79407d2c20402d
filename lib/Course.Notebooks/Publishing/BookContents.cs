using System.Text.RegularExpressions;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Course.Notebooks.Publishing;

/// <summary>The table of contents that an author keeps in Markdown, for example in a README.</summary>
internal sealed partial class BookContents
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the author says of a chapter.</summary>
    /// <param name="Part">The part, or an empty text.</param>
    /// <param name="Title">The chapter's title without its number.</param>
    /// <param name="Question">The question it answers, or an empty text.</param>
    public sealed record Entry(string Part, string Title, string Question);

    /// <summary>The author's first words below the title, or an empty text: what the whole is about.</summary>
    public string Introduction { get; private set; } = "";

    /// <summary>Reads the tables of a text.</summary>
    public static BookContents Read(string markdown)
    {
        var document = MarkdownRenderer.Parse(markdown);
        var contents = new BookContents { Introduction = FirstWords(document) };
        var part = "";
        foreach (var row in document.Descendants<TableRow>().Where(row => !row.IsHeader))
        {
            var cells = row.OfType<TableCell>().ToArray();
            var linked = Array.FindIndex(cells, cell => Link(cell) is not null);
            if (linked >= 0)
            {
                var link = Link(cells[linked])!;
                var question = linked + 1 < cells.Length ? Text(cells[linked + 1]) : "";
                var file = Uri.UnescapeDataString(link.Url!.Split('#')[0].Split('/')[^1]);
                contents.entries.TryAdd(file, new Entry(part, Number().Replace(MarkdownRenderer.PlainText(link), ""), question));
            }
            else if (cells.Any(cell => cell.Descendants<EmphasisInline>().Any(emphasis => emphasis.DelimiterCount == 2)))
            {
                part = string.Join(" · ", cells.Select(Text).Where(text => text.Length > 0));
                part = char.IsAsciiDigit(part.FirstOrDefault()) ? "Part " + part : part;
            }
        }
        return contents;
    }

    /// <summary>What is said of a notebook, or <see langword="null"/> when it does not occur.</summary>
    /// <param name="notebook">The notebook's path; only its file name counts.</param>
    public Entry? Of(string notebook) => entries.GetValueOrDefault(Path.GetFileName(notebook));

    private static string FirstWords(MarkdownDocument document) =>
        document.SkipWhile(block => block is not HeadingBlock { Level: 1 }).Skip(1).FirstOrDefault() is ParagraphBlock paragraph
            ? MarkdownRenderer.PlainText(paragraph.Inline).Trim() : "";

    private static LinkInline? Link(TableCell cell) =>
        cell.Descendants<LinkInline>().FirstOrDefault(link => !link.IsImage && link.Url?.Split('#')[0].EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) == true);

    private static string Text(TableCell cell) =>
        string.Concat(cell.Descendants<ParagraphBlock>().Select(paragraph => MarkdownRenderer.PlainText(paragraph.Inline))).Trim();

    /// <summary>The number at the beginning of a title: <c>02 </c>, <c>02 · </c>, <c>2. </c></summary>
    [GeneratedRegex(@"\A\s*\d+\s*[·.:–-]?\s+")]
    public static partial Regex Number();
}
