namespace Course.Tokenization;

/// <summary>
/// Tokenizers as JSON files in the form that <see cref="Tokenizer"/> describes. A file may come from anywhere. It is limited in
/// size before it is read, every number and reference in it is checked, and
/// errors name the file, the line and the column.
/// </summary>
internal static class TokenizerFile
{
    public const int Version = 1;

    /// <summary>Enough for the largest vocabulary: a million merges of at most 18 bytes each.</summary>
    public const int MaximumFileBytes = 32 << 20;

    public const string BpeFormat = "course-bpe-tokenizer";
    public const string CharFormat = "course-char-tokenizer";
    public const string SentencePieceFormat = "course-sentencepiece-tokenizer";

    public static T Load<T>(string path)
        where T : Tokenizer
        => Load(path) is var tokenizer && tokenizer is T wanted
            ? wanted
            : throw new InvalidDataException($"{path} holds a {tokenizer.GetType().Name}, not a {typeof(T).Name}.");

    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var reader = new StrictJsonReader(path, ReadLimited(path));
        reader.Begin();
        reader.RequireProperty("format");
        var format = reader.ReadString(64, "the format");
        if (format is not (BpeFormat or CharFormat or SentencePieceFormat))
        {
            throw reader.Error($"'{format}' is not a tokenizer; expected '{BpeFormat}', '{CharFormat}' or '{SentencePieceFormat}'.");
        }

        reader.RequireProperty("version");
        var version = reader.ReadInteger(1, int.MaxValue, "the version");
        if (version > Version)
        {
            throw reader.Error($"the file has version {version}; this program reads version {Version}. Use a newer program.");
        }

        return format switch
        {
            BpeFormat => TokenizerFileReader.ReadBpe(ref reader),
            CharFormat => TokenizerFileReader.ReadChar(ref reader),
            _ => TokenizerFileReader.ReadSentencePiece(ref reader),
        };
    }

    public static void Save(Tokenizer tokenizer, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WriteWhole(path, stream => TokenizerFileWriter.Write(tokenizer, stream));
    }

    /// <summary>Writes a file that appears whole or not at all.</summary>
    public static void WriteWhole(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            // Written beside its place and then renamed: a crash leaves the old file or the new one, never half of one.
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static byte[] ReadLimited(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

        // A pipe or a device has no length to check, and could go on for ever.
        if (!stream.CanSeek || stream.Length > MaximumFileBytes)
        {
            throw new InvalidDataException(
                $"{path} is not an ordinary file of at most {MaximumFileBytes >> 20} MiB, so it is not a tokenizer.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
