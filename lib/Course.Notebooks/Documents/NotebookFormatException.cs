namespace Course.Notebooks.Documents;

/// <summary>A notebook that cannot be read. The message names the file, the place in it, and what is wrong there.</summary>
/// <param name="file">The file's path, or a name for a document that comes from elsewhere.</param>
/// <param name="position">Where: a JSON path such as <c>$.cells[3].source</c>, or a line and column.</param>
/// <param name="problem">What is wrong and, where there is one, the fix.</param>
/// <param name="inner">The cause.</param>
public sealed class NotebookFormatException(string file, string position, string problem, Exception? inner = null)
    : FormatException($"{file}: {(position.Length == 0 ? "" : position + ": ")}{problem}", inner)
{
    /// <summary>The file's path, or a name for a document that comes from elsewhere.</summary>
    public string File { get; } = file;

    /// <summary>Where in the file: a JSON path such as <c>$.cells[3].source</c>, or a line and column.</summary>
    public string Position { get; } = position;
}
