namespace Course.Models;

/// <summary>Writes files that are either complete or not there: a crash or a full disk never leaves half a file under the name.</summary>
internal static class AtomicFile
{
    private const string Suffix = ".part";

    /// <summary>Writes a new file beside the old one, forces it to the disk, and puts it in the old one's place.</summary>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        var part = full + Suffix;
        try
        {
            if (Path.GetDirectoryName(full) is { } directory)
            {
                Directory.CreateDirectory(directory);
            }

            using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(part);
            throw new IOException($"'{full}' could not be written: {e.Message} A file that was there before is unchanged.", e);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way: the next write replaces it.
        }
    }
}
