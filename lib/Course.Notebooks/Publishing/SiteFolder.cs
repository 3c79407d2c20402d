using System.Text;

namespace Course.Notebooks.Publishing;

/// <summary>
/// The folder of a book. It knows which files it wrote, so that pages of notebooks that are gone are taken away the next time, and
/// that a folder with other things in it is left alone.
/// </summary>
internal sealed class SiteFolder
{
    /// <summary>The file that lists the others.</summary>
    public const string List = ".course-book";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly SortedDictionary<string, long> files = new(StringComparer.Ordinal);

    /// <param name="path">The folder; it is made if there is none.</param>
    /// <exception cref="IOException">The path is a file, or a folder with other things in it.</exception>
    public SiteFolder(string path)
    {
        Root = Path.GetFullPath(path);
        if (File.Exists(Root))
        {
            throw new IOException($"The book needs a folder; '{path}' is a file.");
        }
        if (Directory.Exists(Root) && !File.Exists(Full(List)) && Directory.EnumerateFileSystemEntries(Root).Any())
        {
            throw new IOException($"The folder '{path}' holds other things than a book. Name a new or an empty folder.");
        }
        Directory.CreateDirectory(Root);
    }

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>The size of all files written so far, in bytes.</summary>
    public long Bytes => files.Values.Sum();

    /// <summary>The size of a file that was written.</summary>
    public long BytesOf(string file) => files[file];

    /// <summary>Writes a text.</summary>
    /// <param name="file">The path in the folder, with slashes.</param>
    /// <param name="text">The file's content.</param>
    public void Write(string file, string text) => Write(file, Utf8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public void Write(string file, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(Prepare(file), content);
        files[file] = content.Length;
    }

    /// <summary>Copies a file into the folder.</summary>
    public void Copy(string file, string source)
    {
        var target = Prepare(file);
        File.Copy(source, target, overwrite: true);
        files[file] = new FileInfo(target).Length;
    }

    /// <summary>Takes away what an earlier book left here and this one has not written, and writes the list.</summary>
    public void Finish()
    {
        var list = Full(List);
        foreach (var old in File.Exists(list) ? File.ReadAllLines(list) : [])
        {
            var path = Path.GetFullPath(Full(old));
            if (!files.ContainsKey(old) && path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path))
            {
                File.Delete(path);
            }
        }
        File.WriteAllLines(list, files.Keys);
    }

    private string Prepare(string file)
    {
        var path = Full(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private string Full(string file) => Path.Combine(Root, file);
}
