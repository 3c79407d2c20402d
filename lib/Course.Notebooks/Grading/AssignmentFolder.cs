using Course.Notebooks.Documents;

namespace Course.Notebooks.Grading;

/// <summary>
/// A folder of assignments in nbgrader's layout: <c>source/ASSIGNMENT/NOTEBOOK.ipynb</c>, beside each notebook the files it needs.
/// The folder of one assignment alone is accepted too.
/// </summary>
public static class AssignmentFolder
{
    /// <summary>No assignment has more files, so that a wrong folder is noticed before it is copied.</summary>
    public const int MaxFiles = 1_000;

    private const string Notebook = "*.ipynb";

    /// <summary>The folders of the assignments, by name.</summary>
    /// <param name="source">The folder <c>source/</c>, or that of one assignment.</param>
    /// <exception cref="GradingException">There is no such folder, or no notebook in it.</exception>
    public static IReadOnlyList<string> Find(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (!Directory.Exists(folder))
        {
            throw new GradingException($"There is no folder '{source}'.");
        }
        IReadOnlyList<string> found = HasNotebook(folder) ? [folder]
            : [.. Directory.EnumerateDirectories(folder).Where(HasNotebook).Order(StringComparer.Ordinal)];
        return found.Count > 0 ? found
            : throw new GradingException($"There is no notebook in '{source}' or a folder in it. The layout is source/ASSIGNMENT/NOTEBOOK.ipynb.");
    }

    /// <summary>The notebooks of an assignment, checked.</summary>
    /// <param name="assignment">The assignment's folder.</param>
    /// <exception cref="GradingException">One is no assignment.</exception>
    /// <exception cref="NotebookFormatException">One is no notebook.</exception>
    public static IReadOnlyList<AssignmentNotebook> Load(string assignment) =>
        [.. Directory.EnumerateFiles(assignment, Notebook).Order(StringComparer.Ordinal).Select(AssignmentNotebook.Load)];

    /// <summary>Writes what students get of an assignment; files that are no notebooks are copied.</summary>
    /// <param name="assignment">The assignment's folder.</param>
    /// <param name="output">The folder <c>release/</c>; the assignment gets a folder of its name in it.</param>
    /// <param name="replace">Whether an assignment that was released before is written once more.</param>
    /// <returns>The notebooks that were released.</returns>
    /// <exception cref="GradingException">A notebook is no assignment, or the release exists. Nothing was written then.</exception>
    public static IReadOnlyList<AssignmentNotebook> Release(string assignment, string output, bool replace)
    {
        var target = Path.Combine(Path.GetFullPath(output), Path.GetFileName(assignment));
        if (Path.GetFullPath(assignment) == target)
        {
            throw new GradingException($"The release would overwrite its source '{target}'. Choose another --output.");
        }
        var notebooks = Load(assignment);
        var files = FilesOf(assignment).Take(MaxFiles + 1).ToArray();
        if (files.Length > MaxFiles)
        {
            throw new GradingException($"'{assignment}' has more than {MaxFiles} files; is this the folder of an assignment?");
        }
        var released = notebooks.Select(notebook => (File: Path.Combine(target, notebook.Name + ".ipynb"), Document: notebook.Release())).ToArray();
        if (!replace && released.FirstOrDefault(notebook => File.Exists(notebook.File)).File is { } existing)
        {
            throw new GradingException($"'{existing}' was released before. With --force it is written once more; students who have it keep the old one.");
        }
        foreach (var (file, document) in released)
        {
            document.Save(file);
        }
        foreach (var file in files)
        {
            var copy = Path.Combine(target, Path.GetRelativePath(assignment, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
        return notebooks;
    }

    /// <summary>The files that students need beside the notebooks.</summary>
    internal static IEnumerable<string> FilesOf(string assignment) =>
        Directory.EnumerateFiles(assignment, "*", SearchOption.AllDirectories).Where(file => !IsOmitted(assignment, file));

    // The notebooks themselves, and what editors leave behind: a checkpoint of the source holds the solutions.
    private static bool IsOmitted(string assignment, string file)
    {
        var parts = Path.GetRelativePath(assignment, file).Split(Path.DirectorySeparatorChar);
        return Path.GetExtension(file).Equals(".ipynb", StringComparison.OrdinalIgnoreCase) || parts.Any(part => part.StartsWith('.'));
    }

    private static bool HasNotebook(string folder) => Directory.EnumerateFiles(folder, Notebook).Any();
}
