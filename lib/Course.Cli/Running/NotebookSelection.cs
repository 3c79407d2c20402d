using Course.Notebooks.Execution;

namespace Course.Cli.Running;

/// <summary>Which notebooks a command means, and where their executed copies go.</summary>
public static class NotebookSelection
{
    /// <summary>The notebooks of the course in reading order; none when the course cannot be found.</summary>
    public static IReadOnlyList<string> OfCourse() =>
        Repository.Root is { } root && Directory.Exists(Path.Combine(root, "notebooks")) ? InFolder(Path.Combine(root, "notebooks")) : [];

    /// <summary>The notebooks that arguments name: files as they are, folders with all their notebooks by name.</summary>
    /// <param name="arguments">Files and folders; without any, the notebooks of the course.</param>
    /// <param name="output">The folder of the executed copies.</param>
    /// <param name="writeBack">Whether notebooks that pass are replaced.</param>
    /// <exception cref="ArgumentException">There is nothing to run; the message says why.</exception>
    public static IReadOnlyList<NotebookJob> Select(IReadOnlyList<string> arguments, string output, bool writeBack)
    {
        var paths = (arguments.Count == 0 ? OfCourse() : [.. arguments.SelectMany(Expand)]).Distinct().ToArray();
        if (paths.Length == 0)
        {
            throw new ArgumentException(Repository.Root is { } root
                ? $"There is no notebook in {Path.Combine(root, "notebooks")}. Name files or folders: course run NOTEBOOK…"
                : "Course.sln is not in this folder or above it. Name files or folders: course run NOTEBOOK…");
        }
        var twice = paths.GroupBy(path => Path.GetFileName(path), StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? [.. paths.Select(path => new NotebookJob(path, Path.Combine(output, Path.GetFileName(path)), writeBack))]
            : throw new ArgumentException($"{string.Join(" and ", twice)} have the same name, so one executed copy would "
                + "overwrite the other. Run them one after another with a different --output.");
    }

    private static IReadOnlyList<string> Expand(string argument)
    {
        if (Directory.Exists(argument))
        {
            var found = InFolder(argument);
            return found.Count > 0 ? found : throw new ArgumentException($"There is no notebook (*.ipynb) in the folder '{argument}'.");
        }
        if (!File.Exists(argument))
        {
            if (argument.StartsWith('-'))
            {
                throw new ArgumentException($"There is no option '{argument}'. The options: course run --help");
            }
            throw new ArgumentException($"There is no notebook or folder '{argument}'.");
        }
        return Path.GetExtension(argument).Equals(".ipynb", StringComparison.OrdinalIgnoreCase)
            ? [Path.GetFullPath(argument)]
            : throw new ArgumentException($"'{argument}' is no notebook; notebooks end in .ipynb.");
    }

    private static IReadOnlyList<string> InFolder(string folder) =>
        [.. Directory.EnumerateFiles(Path.GetFullPath(folder), "*.ipynb").Order(StringComparer.Ordinal)];
}
