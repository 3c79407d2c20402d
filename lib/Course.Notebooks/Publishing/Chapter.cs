using AngleSharp.Dom;

namespace Course.Notebooks.Publishing;

/// <summary>A notebook on its way into the book.</summary>
internal sealed class Chapter
{
    /// <summary>The notebook's path.</summary>
    public required string Notebook { get; init; }

    /// <summary>The page's file name.</summary>
    public required string File { get; init; }

    /// <summary>The number in the file name, or an empty text.</summary>
    public required string Number { get; init; }

    /// <summary>The title without the number.</summary>
    public required string Title { get; init; }

    /// <summary>The part, or an empty text.</summary>
    public required string Part { get; init; }

    /// <summary>The question it answers, or an empty text.</summary>
    public required string Question { get; init; }

    /// <summary>The cells as HTML.</summary>
    public string Html { get; set; } = "";

    /// <summary>The headings below the title: level 2 or 3, anchor, text.</summary>
    public List<(int Level, string Anchor, string Text)> Headings { get; } = [];

    /// <summary>What the search looks through.</summary>
    public List<SearchSection> Sections { get; } = [];

    /// <summary>The number and the title.</summary>
    public string FullTitle => Number.Length == 0 ? Title : $"{Number} · {Title}";

    /// <summary>Finds headings and searchable text in the cells.</summary>
    public void Index(IElement body)
    {
        var section = new SearchSection(Title, "");
        Sections.Add(section);
        foreach (var element in body.QuerySelectorAll("[data-text] > *, pre.code"))
        {
            if (element.LocalName is "h1" or "h2" or "h3" or "h4" && element.Id is { Length: > 0 } anchor)
            {
                var text = SearchSection.Squeeze(Visible(element));
                if (element.LocalName is "h2" or "h3")
                {
                    Headings.Add((element.LocalName == "h2" ? 2 : 3, anchor, text));
                }
                if (element.LocalName != "h1")
                {
                    Sections.Add(section = new SearchSection(text, anchor));
                }
            }
            else
            {
                section.Add(Visible(element));
            }
        }
    }

    // A formula's LaTeX is in the page for whoever copies it, and not to be read twice.
    private static string Visible(IElement element)
    {
        var copy = (IElement)element.Clone();
        foreach (var annotation in copy.QuerySelectorAll("annotation"))
        {
            annotation.Remove();
        }
        return copy.TextContent;
    }
}
