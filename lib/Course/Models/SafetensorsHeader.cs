using System.Buffers;
using System.Text.Json;
using TorchSharp;

namespace Course.Models;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last one.</param>
public sealed record SafetensorsEntry(torch.ScalarType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>How many numbers it holds.</summary>
    public long Count => (End - Begin) / SafetensorsHeader.SizeOf(Type);
}

/// <summary>
/// The header of a safetensors file: JSON that names each tensor's type, shape and place. Everything in it is checked against the
/// length of the file before a tensor is made, so a damaged or hostile file can cost no more memory than it has bytes.
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>The longest header that is accepted, in bytes; the format's own limit.</summary>
    public const long MaxLength = 100_000_000;

    private const string MetadataKey = "__metadata__";

    private static readonly (string Name, torch.ScalarType Type, int Size)[] Types =
    [
        ("F64", torch.ScalarType.Float64, 8),
        ("I64", torch.ScalarType.Int64, 8),
        ("F32", torch.ScalarType.Float32, 4),
        ("I32", torch.ScalarType.Int32, 4),
        ("F16", torch.ScalarType.Float16, 2),
        ("BF16", torch.ScalarType.BFloat16, 2),
        ("I16", torch.ScalarType.Int16, 2),
        ("I8", torch.ScalarType.Int8, 1),
        ("U8", torch.ScalarType.Byte, 1),
        ("BOOL", torch.ScalarType.Bool, 1),
    ];

    internal SafetensorsHeader(
        IReadOnlyDictionary<string, SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>Texts that travel with the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">How many bytes follow it.</param>
    /// <exception cref="InvalidDataException">It breaks a rule of the format; the message says which.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return Parse(document.RootElement, dataLength);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            // Names or texts that are no valid Unicode, numbers that do not fit: the JSON reader says so in one of these ways.
            throw new InvalidDataException($"The header is not what the format asks for: {e.Message}", e);
        }
    }

    /// <summary>Lays tensors out one after the other, those with the widest numbers first so that all of them are aligned.</summary>
    internal static SafetensorsHeader LayOut(
        IEnumerable<(string Name, torch.ScalarType Type, long[] Shape)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        long begin = 0;
        foreach (var (name, type, shape) in tensors
            .OrderByDescending(tensor => SizeOf(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            if (name == MetadataKey)
            {
                throw new ArgumentException($"No tensor can be called '{MetadataKey}': the format uses that name for its texts.");
            }

            var end = begin + (shape.Aggregate(1L, (product, size) => product * size) * SizeOf(type));
            entries.Add(name, new SafetensorsEntry(type, shape, begin, end));
            begin = end;
        }

        return new SafetensorsHeader(entries, metadata);
    }

    internal static int SizeOf(torch.ScalarType type)
    {
        foreach (var known in Types)
        {
            if (known.Type == type)
            {
                return known.Size;
            }
        }

        throw new ArgumentException($"The format has no numbers of type {type}.", nameof(type));
    }

    /// <summary>The header's bytes, padded with blanks to a multiple of eight.</summary>
    internal byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (Metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataKey);
                foreach (var (key, text) in Metadata)
                {
                    writer.WriteString(key, text);
                }

                writer.WriteEndObject();
            }

            foreach (var (name, entry) in Entries.OrderBy(entry => entry.Value.Begin))
            {
                writer.WriteStartObject(name);
                writer.WriteString("dtype", Types.First(type => type.Type == entry.Type).Name);
                writer.WriteStartArray("shape");
                foreach (var size in entry.Shape)
                {
                    writer.WriteNumberValue(size);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(entry.Begin);
                writer.WriteNumberValue(entry.End);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (buffer.WrittenCount % 8 != 0)
        {
            buffer.Write(" "u8);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static SafetensorsHeader Parse(JsonElement root, long dataLength)
    {
        Require(root.ValueKind == JsonValueKind.Object, "the header is not a JSON object");
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name != MetadataKey)
            {
                entries.Add(property.Name, ParseEntry(property.Name, property.Value, dataLength));
                continue;
            }

            foreach (var text in property.Value.EnumerateObject())
            {
                Require(text.Value.ValueKind == JsonValueKind.String, $"the metadata '{text.Name}' is not a text");
                metadata.Add(text.Name, text.Value.GetString()!);
            }
        }

        // The tensors follow each other without overlap and without a gap in which something could hide.
        long next = 0;
        foreach (var (name, entry) in entries.OrderBy(entry => entry.Value.Begin).ThenBy(entry => entry.Value.End))
        {
            Require(
                entry.Begin == next,
                $"the tensor '{name}' begins at byte {entry.Begin}, but the one before it ends at byte {next}");
            next = entry.End;
        }

        Require(next == dataLength, $"the tensors take {next} bytes, but the file holds {dataLength}; it is truncated or has been added to");
        return new SafetensorsHeader(entries, metadata);
    }

    private static SafetensorsEntry ParseEntry(string name, JsonElement element, long dataLength)
    {
        Require(element.ValueKind == JsonValueKind.Object, $"the tensor '{name}' is not described by an object");
        Require(element.TryGetProperty("dtype", out var dtype), $"the tensor '{name}' has no dtype");
        Require(element.TryGetProperty("shape", out var sizes), $"the tensor '{name}' has no shape");
        Require(element.TryGetProperty("data_offsets", out var offsets), $"the tensor '{name}' has no data_offsets");
        var typeName = dtype.GetString();
        var type = Array.FindIndex(Types, known => known.Name == typeName);
        Require(type >= 0, $"the tensor '{name}' has the unknown dtype '{typeName}'");

        Require(sizes.GetArrayLength() <= 16, $"the tensor '{name}' has more than 16 dimensions");
        var shape = sizes.EnumerateArray().Select(size => size.GetInt64()).ToArray();
        Require(shape.All(size => size >= 0), $"the tensor '{name}' has a negative size");
        Require(offsets.GetArrayLength() == 2, $"the tensor '{name}' needs two data_offsets");
        var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        Require(
            begin >= 0 && begin <= end && end <= dataLength,
            $"the tensor '{name}' lies at bytes {begin} to {end}, outside the {dataLength} bytes there are; the file may be truncated");
        // The steps from row to row are products of sizes even where there is no number: they must not overflow either.
        var steps = shape.Aggregate((long)Types[type].Size, (product, size) => checked(product * Math.Max(size, 1)));
        var bytes = shape.Contains(0) ? 0 : steps;
        Require(
            bytes == end - begin,
            $"the tensor '{name}' of shape ({string.Join(", ", shape)}) needs {bytes} bytes, but {end - begin} are given");
        return new SafetensorsEntry(Types[type].Type, shape, begin, end);
    }

    private static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException($"This is no sound safetensors file: {problem}.");
        }
    }
}
