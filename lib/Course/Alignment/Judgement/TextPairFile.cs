using System.Text.Json;

namespace Course.Alignment.Judgement;

/// <summary>
/// Pairs of texts that are to be judged, as JSON lines:
/// <code>
/// {"prompt":"…","first":"…","second":"…"}
/// </code>
/// What else an object says is passed over, so a file of judgements (<see cref="PreferenceFile"/>) is a file of pairs too: others can
/// judge the same pairs again, and their agreement be measured.
/// </summary>
public static class TextPairFile
{
    private static readonly JsonDocumentOptions ReaderOptions = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads all pairs of a file, each once.</summary>
    /// <param name="path">The file. It need not be trusted.</param>
    /// <exception cref="InvalidDataException">A line is no pair; the message names it and says why.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static IReadOnlyList<TextPair> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return [.. PreferenceFile.Lines(stream, path).Where(line => line.Bytes.Length > 0).Select(line => Parse(line.Bytes, path, line.Number)).Distinct()];
    }

    private static TextPair Parse(byte[] line, string path, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, ReaderOptions);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? new TextPair(Text("prompt"), Text("first"), Text("second"))
                : throw new InvalidDataException("this is no JSON object");

            string Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw new InvalidDataException($"'{name}' is missing or no text");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}', line {number}: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
