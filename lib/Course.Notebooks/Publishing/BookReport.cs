namespace Course.Notebooks.Publishing;

/// <summary>What was written.</summary>
/// <param name="Index">The page to open.</param>
/// <param name="Chapters">The chapters in order.</param>
/// <param name="Bytes">The size of the whole site.</param>
/// <param name="Warnings">What the author should know, each with the notebook it is about.</param>
public sealed record BookReport(string Index, IReadOnlyList<BookChapter> Chapters, long Bytes, IReadOnlyList<string> Warnings);

/// <summary>One chapter of a book.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Part">The part it belongs to, or an empty text.</param>
/// <param name="File">The page's file name.</param>
/// <param name="Bytes">The page's size.</param>
public sealed record BookChapter(string Title, string Part, string File, long Bytes);
