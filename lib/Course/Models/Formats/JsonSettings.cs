using System.Text.Json;

namespace Course.Models.Formats;

/// <summary>Settings out of a JSON file that another program has written. What is wrong is said with the file's name.</summary>
internal sealed class JsonSettings
{
    private const int MaximumFileBytes = 32 << 20;

    private readonly string path;
    private readonly JsonElement root;

    private JsonSettings(string path, JsonElement root)
    {
        this.path = path;
        this.root = root;
    }

    /// <exception cref="InvalidDataException">The file is too large or no JSON object.</exception>
    public static JsonSettings Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!stream.CanSeek || stream.Length > MaximumFileBytes)
        {
            throw new InvalidDataException($"'{path}' is larger than {MaximumFileBytes >> 20} MiB, so it holds no settings.");
        }

        try
        {
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonSettings(path, document.RootElement.Clone())
                : throw new InvalidDataException($"'{path}' holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON. {e.Message}", e);
        }
    }

    /// <summary>An object inside; <see langword="null"/> when it is not there.</summary>
    public JsonElement? Object(string name) => Find(name) is { } value
        ? value.ValueKind == JsonValueKind.Object ? value : throw Wrong(name, value, "an object")
        : null;

    public int Integer(string name, int? fallback = null)
    {
        if (Find(name) is not { } value)
        {
            return fallback ?? throw Missing(name);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw Wrong(name, value, "a whole number");
    }

    public double Number(string name, double fallback)
    {
        if (Find(name) is not { } value)
        {
            return fallback;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : throw Wrong(name, value, "a number");
    }

    public bool Flag(string name, bool fallback) => Find(name) is { } value
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, value, "true or false"),
        }
        : fallback;

    public string Text(string name, string? fallback = null)
    {
        if (Find(name) is not { } value)
        {
            return fallback ?? throw Missing(name);
        }

        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "a text");
        }
        catch (InvalidOperationException)
        {
            throw Wrong(name, value, "a text of valid Unicode");
        }
    }

    public InvalidDataException Error(string problem) => new($"'{path}' cannot be used: {problem}");

    // JSON's null counts as absent, as in Python's programs.
    private JsonElement? Find(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private InvalidDataException Missing(string name) => Error($"it has no '{name}'.");

    private InvalidDataException Wrong(string name, JsonElement value, string expected) =>
        Error($"'{name}' must be {expected}, not {value.ValueKind}.");
}
