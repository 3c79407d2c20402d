using Course.Notebooks.Documents;

namespace Course.Notebooks.Tests.Publishing;

/// <summary>The notebooks of the course, as they stand in the repository.</summary>
internal static class CourseNotebooks
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Root, "notebooks"), "*.ipynb").Order(StringComparer.Ordinal)];

    public static IEnumerable<(string File, NotebookCell Cell)> Cells(CellKind kind) =>
        from file in Files from cell in NotebookDocument.Load(file).Cells where cell.Kind == kind select (Path.GetFileName(file), cell);

    private static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Course.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }
        return root.FullName;
    }
}
