namespace Course.Notebooks.Execution.Confinement;

/// <summary>Where a path really leads, when any of its folders may be a symbolic link.</summary>
public static class RealPath
{
    // As Linux does (path_resolution(7)): more than that is a circle.
    private const int MostLinks = 40;

    /// <summary>Follows every link in a path, whether its end exists or not.</summary>
    /// <param name="path">A path, relative to the current folder or absolute.</param>
    /// <returns>The absolute path, in which no folder is a link.</returns>
    /// <exception cref="IOException">Its links lead in a circle.</exception>
    public static string Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var left = new Stack<string>(Segments(full).Reverse());
        for (var links = 0; left.TryPop(out var segment);)
        {
            if (segment == "..")
            {
                // Above the root is the root.
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, segment);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"The symbolic links in '{path}' lead in a circle.");
            }

            real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
            foreach (var part in Segments(target).Reverse())
            {
                left.Push(part);
            }
        }

        return real;
    }

    /// <summary>Whether one path is another or lies below it, wherever their links lead.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">What may be in it.</param>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static bool Contains(string folder, string path)
    {
        var relative = Path.GetRelativePath(Of(folder), Of(path));
        return relative == "." || !(relative == ".." || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) || Path.IsPathRooted(relative));
    }

    private static IEnumerable<string> Segments(string path) =>
        path[Path.GetPathRoot(path)!.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(segment => segment != ".");
}
