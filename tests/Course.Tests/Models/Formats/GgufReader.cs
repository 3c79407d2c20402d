using System.Text;

namespace Course.Tests.Models.Formats;

/// <summary>
/// Reads GGUF files as ggml's documentation describes them, written apart from the library's writer: every length and offset is checked,
/// and nothing may be left over.
/// </summary>
internal sealed class GgufReader
{
    private readonly byte[] bytes;
    private readonly BinaryReader reader;

    public GgufReader(string path)
    {
        bytes = File.ReadAllBytes(path);
        reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        Expect(Encoding.ASCII.GetString(reader.ReadBytes(4)) == "GGUF", "it begins with its name");
        Expect(reader.ReadUInt32() == 3, "it is of version 3");
        var tensors = reader.ReadUInt64();
        var settings = reader.ReadUInt64();
        for (var i = 0UL; i < settings; i++)
        {
            var key = ReadString();
            Expect(key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_'), $"'{key}' is a key");
            Settings.Add(key, ReadValue(reader.ReadUInt32()));
        }

        var entries = new List<(string Name, ulong[] Sizes, uint Type, ulong Offset)>();
        for (var i = 0UL; i < tensors; i++)
        {
            var name = ReadString();
            var sizes = new ulong[reader.ReadUInt32()];
            Expect(name.Length <= 64 && sizes.Length is >= 1 and <= 4, $"'{name}' is a tensor of one to four dimensions");
            for (var d = 0; d < sizes.Length; d++)
            {
                sizes[d] = reader.ReadUInt64();
            }

            entries.Add((name, sizes, reader.ReadUInt32(), reader.ReadUInt64()));
        }

        var alignment = (uint)Settings.GetValueOrDefault("general.alignment", 32u);
        var begin = Aligned((ulong)reader.BaseStream.Position);
        ExpectZeros((ulong)reader.BaseStream.Position, begin);
        var end = 0UL;
        foreach (var (name, sizes, type, offset) in entries)
        {
            Expect(offset % alignment == 0 && offset == Aligned(end), $"'{name}' begins at the next multiple of the alignment");
            ExpectZeros(begin + end, begin + offset);
            var count = (int)sizes.Aggregate((a, b) => a * b);
            var place = (int)(begin + offset);
            float[] numbers = type switch
            {
                0 => [.. Enumerable.Range(0, count).Select(n => BitConverter.ToSingle(bytes, place + (4 * n)))],
                1 => [.. Enumerable.Range(0, count).Select(n => (float)BitConverter.ToHalf(bytes, place + (2 * n)))],
                _ => throw new InvalidDataException($"'{name}' is of type {type}"),
            };
            Tensors.Add(name, new Tensor([.. sizes.Select(size => (int)size)], type, numbers));
            end = offset + (ulong)(count * (type == 0 ? 4 : 2));
        }

        ExpectZeros(begin + end, (ulong)bytes.Length);
        Expect((ulong)bytes.Length == begin + Aligned(end), "nothing is left over");

        ulong Aligned(ulong position) => (position + alignment - 1) / alignment * alignment;
    }

    public Dictionary<string, object> Settings { get; } = [];

    public Dictionary<string, Tensor> Tensors { get; } = [];

    /// <summary>A tensor; the dimension whose neighbours lie side by side comes first.</summary>
    public sealed record Tensor(int[] Sizes, uint Type, float[] Numbers)
    {
        /// <summary>W x, as ggml multiplies: one row of W for each number of the result.</summary>
        public float[] Times(float[] x) => [.. Enumerable.Range(0, Sizes[1]).Select(row =>
        {
            var sum = 0.0;
            for (var i = 0; i < Sizes[0]; i++)
            {
                sum += (double)Numbers[(row * Sizes[0]) + i] * x[i];
            }

            return (float)sum;
        })];
    }

    private object ReadValue(uint type) => type switch
    {
        0 => reader.ReadByte(),
        1 => reader.ReadSByte(),
        2 => reader.ReadUInt16(),
        3 => reader.ReadInt16(),
        4 => reader.ReadUInt32(),
        5 => reader.ReadInt32(),
        6 => reader.ReadSingle(),
        7 => reader.ReadByte() switch { 0 => false, 1 => true, _ => throw new InvalidDataException("neither true nor false") },
        8 => ReadString(),
        9 => ReadArray(),
        10 => reader.ReadUInt64(),
        11 => reader.ReadInt64(),
        12 => reader.ReadDouble(),
        _ => throw new InvalidDataException($"There is no type {type}."),
    };

    private object[] ReadArray()
    {
        var type = reader.ReadUInt32();
        var values = new object[reader.ReadUInt64()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadValue(type);
        }

        return values;
    }

    private string ReadString()
    {
        var text = reader.ReadBytes(checked((int)reader.ReadUInt64()));
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
    }

    private void ExpectZeros(ulong from, ulong to) =>
        Expect(bytes.AsSpan((int)from, (int)(to - from)).IndexOfAnyExcept((byte)0) < 0, $"bytes {from} to {to} are padding");

    private static void Expect(bool isTrue, string what)
    {
        if (!isTrue)
        {
            throw new InvalidDataException($"Not so: {what}.");
        }
    }
}
