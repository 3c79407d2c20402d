using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Course.Alignment.Judgement;

/// <summary>
/// Judgements as JSON lines, one object a line, so that a new one is appended without touching those before and every tool can read
/// them:
/// <code>
/// {"prompt":"…","first":"…","second":"…","choice":"first","annotator":"ada","when":"2026-01-31T12:00:00.0000000+00:00"}
/// </code>
/// </summary>
public static class PreferenceFile
{
    /// <summary>The longest line that is read, in bytes.</summary>
    public const int MaxLineBytes = 1 << 20;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions ReaderOptions = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    private static readonly string[] Names = ["prompt", "first", "second", "choice", "annotator", "when"];

    /// <summary>Reads all judgements of a file.</summary>
    /// <param name="path">The file. It need not be trusted.</param>
    /// <exception cref="InvalidDataException">A line is no judgement; the message names it and says why.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static IReadOnlyList<Preference> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var preferences = new List<Preference>();
        foreach (var line in Lines(stream, path))
        {
            if (line.Bytes.Length > 0)
            {
                preferences.Add(Parse(line.Bytes, path, line.Number));
            }
        }

        return preferences;
    }

    /// <summary>Appends a judgement and forces it to the disk: an evening of labelling survives a power cut.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="preference">The judgement.</param>
    public static void Append(string path, Preference preference)
    {
        ArgumentNullException.ThrowIfNull(preference);
        var line = ToLine(preference);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        stream.Seek(0, SeekOrigin.End);
        stream.Write(line);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Writes a whole file of judgements.</summary>
    /// <param name="path">The file; replaced in one stroke when it exists.</param>
    /// <param name="preferences">The judgements.</param>
    public static void Write(string path, IEnumerable<Preference> preferences)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        Models.AtomicFile.Write(path, stream =>
        {
            foreach (var preference in preferences)
            {
                stream.Write(ToLine(preference));
            }
        });
    }

    /// <summary>
    /// Cuts off a last line that a crash has left without its end, so that the next judgement does not run into it.
    /// </summary>
    /// <param name="path">The file; it may be missing.</param>
    /// <returns>What was cut off; <see langword="null"/> when the file was sound.</returns>
    public static string? Repair(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var end = stream.Length;
        var tail = new List<byte>();
        while (end > 0 && tail.Count <= MaxLineBytes)
        {
            stream.Position = end - 1;
            var last = stream.ReadByte();
            if (last == '\n')
            {
                break;
            }

            tail.Add((byte)last);
            end--;
        }

        if (tail.Count == 0)
        {
            return null;
        }

        if (tail.Count > MaxLineBytes)
        {
            throw new InvalidDataException($"'{path}' ends with more than {MaxLineBytes} bytes without a line break: this is no file of judgements.");
        }

        stream.SetLength(end);
        stream.Flush(flushToDisk: true);
        tail.Reverse();
        return Encoding.UTF8.GetString([.. tail]);
    }

    private static byte[] ToLine(Preference preference)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(preference.Annotator, nameof(preference));
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("prompt", preference.Pair.Prompt);
            writer.WriteString("first", preference.Pair.First);
            writer.WriteString("second", preference.Pair.Second);
            writer.WriteString("choice", NameOf(preference.Choice));
            writer.WriteString("annotator", preference.Annotator);
            writer.WriteString("when", preference.When.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.Length <= MaxLineBytes
            ? buffer.ToArray()
            : throw new ArgumentException($"A judgement takes {buffer.Length} bytes; {MaxLineBytes} are possible.", nameof(preference));
    }

    private static string NameOf(Choice choice) => choice switch
    {
        Choice.First => "first",
        Choice.Second => "second",
        Choice.Tie => "tie",
        _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "There is no such choice."),
    };

    internal static IEnumerable<(int Number, byte[] Bytes)> Lines(Stream stream, string path)
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        var line = new List<byte>();
        var number = 1;
        for (var next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            if (next == '\n')
            {
                yield return (number++, [.. line]);
                line.Clear();
            }
            else if (line.Count == MaxLineBytes)
            {
                throw new InvalidDataException($"'{path}', line {number}: the line is longer than {MaxLineBytes} bytes.");
            }
            else
            {
                line.Add((byte)next);
            }
        }

        if (line.Count > 0)
        {
            throw new InvalidDataException(
                $"'{path}', line {number}: the line has no end; the file may have been cut off while it was written. "
                + $"{nameof(PreferenceFile)}.{nameof(Repair)} removes such a line.");
        }
    }

    private static Preference Parse(byte[] line, string path, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, ReaderOptions);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException("this is no JSON object");
            }

            var values = new Dictionary<string, string>();
            foreach (var property in root.EnumerateObject())
            {
                if (!Names.Contains(property.Name))
                {
                    throw new InvalidDataException($"the property '{property.Name}' is unknown");
                }

                if (property.Value.ValueKind != JsonValueKind.String)
                {
                    throw new InvalidDataException($"'{property.Name}' is no text");
                }

                values.Add(property.Name, property.Value.GetString()!);
            }

            if (Names.FirstOrDefault(name => !values.ContainsKey(name)) is { } missing)
            {
                throw new InvalidDataException($"'{missing}' is missing");
            }

            if (string.IsNullOrWhiteSpace(values["annotator"]))
            {
                throw new InvalidDataException("'annotator' names nobody");
            }

            var choice = values["choice"] switch
            {
                "first" => Choice.First,
                "second" => Choice.Second,
                "tie" => Choice.Tie,
                _ => throw new InvalidDataException("'choice' is none of first, second, tie"),
            };
            return DateTimeOffset.TryParseExact(
                values["when"], "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var when)
                ? new Preference(new TextPair(values["prompt"], values["first"], values["second"]), choice, values["annotator"], when)
                : throw new InvalidDataException("'when' is no time such as 2026-01-31T12:00:00.0000000+00:00");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}', line {number}: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
