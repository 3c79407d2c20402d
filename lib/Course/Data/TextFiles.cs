using System.Text;
using Course.Runtime;

namespace Course.Data;

/// <summary>A text and the file it was read from.</summary>
/// <param name="Path">The path, relative to the folder that was read, with forward slashes.</param>
/// <param name="Text">The content, with line feeds only.</param>
public sealed record TextDocument(string Path, string Text);

/// <summary>A file that was left out, and why.</summary>
/// <param name="Path">The path, relative to the folder that was read, with forward slashes.</param>
/// <param name="Reason">Why it was left out.</param>
public sealed record SkippedFile(string Path, string Reason);

/// <summary>What a folder gave: its texts in the order of their paths, and what was left out.</summary>
/// <param name="Documents">The texts.</param>
/// <param name="Skipped">Files of a wanted extension that could not be used.</param>
public sealed record TextFolder(IReadOnlyList<TextDocument> Documents, IReadOnlyList<SkippedFile> Skipped);

/// <summary>What is read of a folder, and how.</summary>
public sealed record TextFileOptions
{
    /// <summary>The extensions that are read, with their dot; upper and lower case are equal.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [".txt", ".md"];

    /// <summary>A larger file is left out. 64 MiB at first.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <summary>Reading stops with an error when all files together are larger. 1 GiB at first.</summary>
    public long MaxTotalBytes { get; init; } = 1L << 30;

    /// <summary>
    /// The encoding of files that have no byte order mark; null means UTF-8, strictly. For old Western European files try
    /// <see cref="Encoding.Latin1"/>.
    /// </summary>
    public Encoding? Encoding { get; init; }
}

/// <summary>Reads the reader's own text: a file, or all text files of a folder and the folders in it.</summary>
public static class TextFiles
{
    /// <summary>Reads one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Its size limit and encoding; the extension of a file named directly does not matter.</param>
    /// <returns>The text with line feeds only, without a byte order mark.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty, too large, binary, or in another encoding.</exception>
    public static string ReadFile(string path, TextFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new TextFileOptions();
        if (Directory.Exists(path))
        {
            throw new FileNotFoundException($"'{path}' is a folder. Use TextFiles.ReadFolder.");
        }

        return TryRead(path, options, out var text, out var problem) ? text : throw new InvalidDataException($"'{path}' {problem}.");
    }

    /// <summary>Reads the text files of a folder and of the folders in it; hidden ones and links are not followed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Extensions, limits and encoding.</param>
    /// <param name="progress">Receives the finished share, 0 to 1.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">No file could be used, or all together are too large.</exception>
    public static TextFolder ReadFolder(
        string folder, TextFileOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new TextFileOptions();
        var files = Find(folder, options);
        long total = 0;
        var documents = new List<TextDocument>();
        var skipped = new List<SkippedFile>();
        for (var i = 0; i < files.Count; i++)
        {
            Interruption.Point(cancellation);
            var (file, name) = files[i];
            if (TryRead(file.FullName, options, out var text, out var problem))
            {
                total += file.Length;
                documents.Add(new TextDocument(name, text));
            }
            else
            {
                skipped.Add(new SkippedFile(name, problem));
            }

            if (total > options.MaxTotalBytes)
            {
                throw new InvalidDataException(
                    $"The text files of '{folder}' are larger than {options.MaxTotalBytes} bytes together. Take a smaller folder, or raise MaxTotalBytes.");
            }

            progress?.Report((i + 1.0) / files.Count);
        }

        if (documents.Count == 0)
        {
            var reasons = string.Join("; ", skipped.Take(3).Select(s => $"{s.Path} {s.Reason}"));
            throw new InvalidDataException(files.Count == 0
                ? $"'{folder}' has no file that ends with {string.Join(" or ", options.Extensions)}. Name other Extensions, or another folder."
                : $"None of the {files.Count} text files of '{folder}' can be used: {reasons}.");
        }

        return new TextFolder(documents, skipped);
    }

    /// <summary>
    /// The reader's file or folder as a corpus. A file is cut near its end; the files of a folder are dealt out whole when there are
    /// ten or more, else joined and cut.
    /// </summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="options">Extensions, limits and encoding.</param>
    /// <param name="validationFraction">The share of validation, strictly between 0 and 1.</param>
    /// <exception cref="FileNotFoundException">There is neither such a file nor such a folder.</exception>
    /// <exception cref="InvalidDataException">There is no usable text.</exception>
    public static Corpus ToCorpus(string path, TextFileOptions? options = null, double validationFraction = 0.1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        TextSplits.CheckFraction(validationFraction);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (!Directory.Exists(path))
        {
            return Corpus.FromText(name, ReadFile(path, options), $"the reader's own file '{name}'", validationFraction);
        }

        const int FewestFilesToDeal = 10;
        var provenance = $"the reader's own folder '{name}'";
        var documents = ReadFolder(path, options).Documents;
        if (documents.Count >= FewestFilesToDeal)
        {
            var (train, validation) = TextSplits.ByDocument(documents.Select(d => d.Text), validationFraction);
            if (train.Count > 0 && validation.Count > 0)
            {
                return new Corpus(name, string.Join("\n", train), string.Join("\n", validation), provenance);
            }
        }

        return Corpus.FromText(name, string.Join("\n", documents.Select(d => d.Text)), provenance, validationFraction);
    }

    private static List<(FileInfo File, string Name)> Find(string folder, TextFileOptions options)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists)
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        var enumeration = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        return [.. root.EnumerateFiles("*", enumeration)
            .Where(f => options.Extensions.Contains(f.Extension, StringComparer.OrdinalIgnoreCase))
            .Select(f => (f, Path.GetRelativePath(root.FullName, f.FullName).Replace('\\', '/')))
            .OrderBy(f => f.Item2, StringComparer.Ordinal)];
    }

    private static bool TryRead(string path, TextFileOptions options, out string text, out string problem)
    {
        text = "";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > options.MaxFileBytes)
        {
            problem = $"has {stream.Length} bytes, more than MaxFileBytes ({options.MaxFileBytes})";
            return false;
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var (encoding, markLength) = DetectEncoding(bytes, options.Encoding);
        try
        {
            text = encoding.GetString(bytes, markLength, bytes.Length - markLength).ReplaceLineEndings("\n");
        }
        catch (DecoderFallbackException e)
        {
            problem = $"is not valid {encoding.WebName} at byte {markLength + e.Index}. Save it as UTF-8, or name its Encoding";
            return false;
        }

        problem = text.Contains('\0', StringComparison.Ordinal) ? "holds zero characters: it is binary, or in UTF-16 without a mark"
            : string.IsNullOrWhiteSpace(text) ? "is empty"
            : "";
        return problem.Length == 0;
    }

    private static (Encoding Encoding, int MarkLength) DetectEncoding(ReadOnlySpan<byte> bytes, Encoding? chosen) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (new UTF8Encoding(false, throwOnInvalidBytes: true), 3),
        [0xFF, 0xFE, 0, 0, ..] => (new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true), 4),
        [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true), 4),
        [0xFF, 0xFE, ..] => (new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), 2),
        [0xFE, 0xFF, ..] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true), 2),
        _ => (chosen ?? new UTF8Encoding(false, throwOnInvalidBytes: true), 0),
    };
}
