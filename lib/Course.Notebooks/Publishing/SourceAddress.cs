namespace Course.Notebooks.Publishing;

/// <summary>Where the notebooks' repository is to be read.</summary>
/// <param name="Repository">For example <c>https://github.com/owner/name</c>.</param>
/// <param name="Branch">The branch that the book was made from.</param>
/// <param name="Folder">The repository's folder on this machine.</param>
public sealed record SourceAddress(Uri Repository, string Branch, string Folder)
{
    /// <summary>The page that shows a file, or <see langword="null"/> for a file that is not in the repository.</summary>
    /// <param name="file">The file's path on this machine.</param>
    public string? Page(string file) => PathOf(file) is { } path ? $"{Root}/blob/{Uri.EscapeDataString(Branch)}/{path}" : null;

    /// <summary>The page that opens a file in VS Code for the web; only for repositories on GitHub.</summary>
    /// <param name="file">The file's path on this machine.</param>
    public string? Editor(string file) => Repository.Host == "github.com" && PathOf(file) is { } path
        ? $"https://vscode.dev/github{Repository.AbsolutePath.TrimEnd('/')}/blob/{Uri.EscapeDataString(Branch)}/{path}"
        : null;

    private string Root => Repository.AbsoluteUri.TrimEnd('/');

    private string? PathOf(string file)
    {
        var path = Path.GetRelativePath(Folder, file).Replace('\\', '/');
        return path.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(path)
            ? null
            : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
    }
}
