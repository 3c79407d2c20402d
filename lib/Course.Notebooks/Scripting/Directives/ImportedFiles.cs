using Course.Notebooks.Documents;

namespace Course.Notebooks.Scripting.Directives;

/// <summary>Runs files in a session: what they declare, use and reference stays, and a failure in them is the cell's failure.</summary>
internal static class ImportedFiles
{
    private const long MaxBytes = NotebookDocument.DefaultMaxBytes;

    /// <summary>Runs a file.</summary>
    /// <param name="name">The file as the directive names it.</param>
    /// <param name="scope">Where the directive stands.</param>
    /// <param name="extensions">The kinds of file the directive takes.</param>
    /// <exception cref="DirectiveException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="CellFailedException">Its code failed.</exception>
    public static async Task RunAsync(string name, DirectiveScope scope, IReadOnlyList<string> extensions)
    {
        var path = scope.FullPath(name);
        if (!File.Exists(path))
        {
            throw new DirectiveException($"there is no file {path} (\"{name}\" is relative to the notebook's folder).");
        }
        if (!extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            throw new DirectiveException($"{path}: only files of these kinds can be run here: {string.Join(", ", extensions)}.");
        }
        if (scope.Importing.Contains(path))
        {
            throw new DirectiveException($"{path} imports itself: {string.Join(" -> ", scope.Importing.Append(path).Select(Path.GetFileName))}.");
        }
        foreach (var document in Read(path))
        {
            await scope.RunAsync(document, path).ConfigureAwait(false);
        }
    }

    private static IEnumerable<SourceDocument> Read(string path)
    {
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".ipynb" => ReadNotebook(path),
                ".dib" => InteractiveScript.ReadCSharp(ReadText(path), path),
                _ => [new SourceDocument(path, Path.GetFileName(path), ReadText(path))],
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotebookFormatException)
        {
            throw new DirectiveException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static string ReadText(string path) => new FileInfo(path).Length <= MaxBytes
        ? File.ReadAllText(path)
        : throw new DirectiveException($"{path} has more than {MaxBytes:N0} bytes: too large to be source code.");

    private static List<SourceDocument> ReadNotebook(string path)
    {
        var notebook = NotebookDocument.Load(path);
        var documents = new List<SourceDocument>();
        for (var index = 0; index < notebook.Cells.Count; index++)
        {
            var cell = notebook.Cells[index];
            if (cell.Kind == CellKind.Code && notebook.LanguageOf(cell) == "csharp" && !cell.Tags.Contains("skip-execution"))
            {
                documents.Add(new SourceDocument($"{path}#{index + 1}", $"{Path.GetFileName(path)} cell {index + 1}", cell.Source));
            }
        }
        return documents;
    }
}
