namespace Course.Notebooks.Publishing;

/// <summary>What a book is made of.</summary>
public sealed record BookOptions
{
    /// <summary>The book's title.</summary>
    public required string Title { get; init; }

    /// <summary>The notebooks, executed, in reading order.</summary>
    public required IReadOnlyList<string> Notebooks { get; init; }

    /// <summary>The folder the book goes to: a new or empty one, or one that holds a book.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// Markdown with tables that link to the notebooks: the text of the link becomes the chapter's title, the cell after it the
    /// question the chapter answers, and a row without a link whose cells are bold begins a part. Without it the chapters stand in one list.
    /// </summary>
    public string? ContentsFile { get; init; }

    /// <summary>Where the notebooks' repository is to be read, for links to the source and to the editor.</summary>
    public SourceAddress? Source { get; init; }

    /// <summary>plotly.js, for the charts. Without it charts are still pictures.</summary>
    public ReadOnlyMemory<byte> ChartLibrary { get; init; }

    /// <summary>
    /// Whether the notebooks' own HTML and scripts go into the book as they are. Whoever opens the book then runs them; only for
    /// notebooks you have written or read.
    /// </summary>
    public bool Trust { get; init; }
}
