using Course.Notebooks.Execution.Confinement;
using Course.Notebooks.Publishing.Cleaning;

namespace Course.Notebooks.Publishing;

/// <summary>
/// Where the addresses in one notebook lead: to pages of the book, to images copied into it, to the repository, or nowhere. A
/// notebook cannot reach files outside its folder.
/// </summary>
/// <param name="notebook">The notebook's path.</param>
/// <param name="pages">Path of each notebook of the book → its page.</param>
/// <param name="source">Where the files of the repository are to be read, if that is known.</param>
/// <param name="site">Takes the images.</param>
internal sealed class LinkMap(string notebook, IReadOnlyDictionary<string, string> pages, SourceAddress? source, SiteFolder site)
{
    private const long MaxImageBytes = 20_000_000;
    private readonly string folder = Path.GetDirectoryName(notebook)!;

    /// <summary>Where a link leads in the book, or <see langword="null"/> for nowhere.</summary>
    public string? Link(string address)
    {
        if (address.StartsWith('#') || IsAbsolute(address))
        {
            return address;
        }
        var parts = address.Split('#', 2);
        if (Resolve(parts[0]) is not { } file)
        {
            return null;
        }
        var fragment = parts.Length > 1 ? "#" + parts[1] : "";
        return pages.TryGetValue(file, out var page) ? page + fragment : File.Exists(file) || Directory.Exists(file) ? source?.Page(file) : null;
    }

    /// <summary>The image's address in the book, after copying it there; <see langword="null"/> when there is no such image.</summary>
    public string? Image(string address)
    {
        if (IsAbsolute(address))
        {
            return address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? address : null;
        }
        var extension = Path.GetExtension(address).ToLowerInvariant();
        if (extension is not (".png" or ".jpg" or ".jpeg" or ".gif" or ".webp" or ".svg") || Resolve(address) is not { } file
            || !File.Exists(file) || !RealPath.Contains(folder, file) || new FileInfo(file).LinkTarget is not null || new FileInfo(file).Length > MaxImageBytes)
        {
            return null;
        }
        var target = "images/" + string.Join('-', Path.GetRelativePath(folder, file).Replace('\\', '/').Split('/'));
        if (extension == ".svg")
        {
            // As a file of the site it could be opened by itself, and then its scripts would run.
            if (SvgCleaner.Clean(File.ReadAllText(file), "") is not { } drawing)
            {
                return null;
            }
            site.Write(target, drawing.Replace("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", StringComparison.Ordinal));
        }
        else
        {
            site.Copy(target, file);
        }
        return Uri.EscapeDataString(target).Replace("%2F", "/", StringComparison.Ordinal);
    }

    private static bool IsAbsolute(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && !uri.IsFile || address.StartsWith("//", StringComparison.Ordinal);

    private string? Resolve(string address)
    {
        try
        {
            return address.Length == 0 || address.StartsWith('/') ? null : Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(address)));
        }
        catch (ArgumentException)
        {
            return null; // a null character
        }
    }
}
