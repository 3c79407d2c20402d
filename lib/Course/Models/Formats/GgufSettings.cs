using System.Text;

namespace Course.Models.Formats;

/// <summary>The table of settings of a GGUF file: each has a key, the type of its value, and the value.</summary>
internal sealed class GgufSettings
{
    private readonly MemoryStream bytes = new();
    private readonly BinaryWriter writer; // little-endian on every machine
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);

    public GgufSettings() => writer = new BinaryWriter(bytes, Encoding.UTF8);

    // The numbers of the types in the file.
    private enum ValueType : uint
    {
        Int32 = 5,
        UInt32 = 4,
        Float32 = 6,
        Bool = 7,
        String = 8,
        Array = 9,
    }

    /// <summary>How many there are.</summary>
    public int Count => keys.Count;

    public void Add(string key, uint value)
    {
        Begin(key, ValueType.UInt32);
        writer.Write(value);
    }

    public void Add(string key, float value)
    {
        Begin(key, ValueType.Float32);
        writer.Write(value);
    }

    public void Add(string key, bool value)
    {
        Begin(key, ValueType.Bool);
        writer.Write(value); // one byte, 0 or 1
    }

    public void Add(string key, string value)
    {
        Begin(key, ValueType.String);
        GgufFile.WriteString(writer, value);
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        BeginArray(key, ValueType.String, values.Count);
        foreach (var value in values)
        {
            GgufFile.WriteString(writer, value);
        }
    }

    public void Add(string key, IReadOnlyCollection<int> values)
    {
        BeginArray(key, ValueType.Int32, values.Count);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    public void Add(string key, IReadOnlyCollection<float> values)
    {
        BeginArray(key, ValueType.Float32, values.Count);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    public byte[] ToBytes()
    {
        writer.Flush();
        return bytes.ToArray();
    }

    private void Begin(string key, ValueType type)
    {
        if (!keys.Add(key))
        {
            throw new ArgumentException($"'{key}' is set already.", nameof(key));
        }

        GgufFile.WriteString(writer, key);
        writer.Write((uint)type);
    }

    private void BeginArray(string key, ValueType element, int count)
    {
        Begin(key, ValueType.Array);
        writer.Write((uint)element);
        writer.Write((ulong)count);
    }
}
