using System.Text;

namespace Course.Models.Formats;

/// <summary>How a tensor's numbers are kept in a GGUF file; the values are the file's.</summary>
internal enum GgufTensorType : uint
{
    Float32 = 0,
    Float16 = 1,
}

/// <summary>A tensor on its way into a file.</summary>
/// <param name="Name">Its name, at most 63 bytes long.</param>
/// <param name="Shape">Its shape, the dimension whose neighbours lie side by side last, as everywhere in this library.</param>
/// <param name="Type">How its numbers are kept.</param>
/// <param name="Read">Gives its numbers.</param>
internal sealed record GgufTensor(string Name, IReadOnlyList<long> Shape, GgufTensorType Type, Func<float[]> Read)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    public long Bytes => Count * (Type == GgufTensorType.Float32 ? sizeof(float) : 2);
}

/// <summary>
/// Writes files in version 3 of the GGUF format (its description stands in the documentation of ggml): a table of settings, a table of
/// tensors, and the tensors' numbers, each tensor beginning at a multiple of the alignment. All numbers are little-endian.
/// </summary>
internal static class GgufFile
{
    public const uint Magic = 0x46554747; // "GGUF"
    public const uint Version = 3;
    public const int Alignment = 32; // what readers take for granted when the settings do not say otherwise

    private const int LongestName = 63;

    /// <summary>Writes a file, which is replaced in one stroke when it exists.</summary>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, GgufSettings settings, IReadOnlyList<GgufTensor> tensors) => AtomicFile.Write(path, stream =>
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)settings.Count);
        writer.Write(settings.ToBytes());
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            WriteEntry(writer, tensor, offset);
            offset += Padded(tensor.Bytes);
        }

        // Offsets count from here.
        Pad(writer);
        foreach (var tensor in tensors)
        {
            WriteNumbers(writer, tensor);
            Pad(writer);
        }
    });

    /// <summary>A string as the format keeps it: its length in bytes, then the bytes.</summary>
    public static void WriteString(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteEntry(BinaryWriter writer, GgufTensor tensor, long offset)
    {
        if (Encoding.UTF8.GetByteCount(tensor.Name) > LongestName)
        {
            throw new ArgumentException($"The name '{tensor.Name}' is longer than {LongestName} bytes.", nameof(tensor));
        }

        WriteString(writer, tensor.Name);
        writer.Write((uint)tensor.Shape.Count);
        foreach (var size in tensor.Shape.Reverse()) // ggml names the dimension whose neighbours lie side by side first
        {
            writer.Write((ulong)size);
        }

        writer.Write((uint)tensor.Type);
        writer.Write((ulong)offset);
    }

    private static void WriteNumbers(BinaryWriter writer, GgufTensor tensor)
    {
        var numbers = tensor.Read();
        if (numbers.Length != tensor.Count)
        {
            throw new ArgumentException($"'{tensor.Name}' has {numbers.Length} numbers, not {tensor.Count}.", nameof(tensor));
        }

        foreach (var number in numbers)
        {
            if (tensor.Type == GgufTensorType.Float32)
            {
                writer.Write(number);
                continue;
            }

            var half = (Half)number;
            if (Half.IsInfinity(half) && float.IsFinite(number))
            {
                throw new ArgumentException($"'{tensor.Name}' has a number too large for 16 bits: {number}. Write 32 bits.", nameof(tensor));
            }

            writer.Write(half);
        }
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        var position = writer.BaseStream.Position;
        writer.Write(new byte[Padded(position) - position]);
    }
}
