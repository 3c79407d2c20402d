using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Course.Models.Formats;

/// <summary>The seven numbers at the beginning of a llama2.c file.</summary>
/// <param name="Width">Numbers in a token's vector (dim).</param>
/// <param name="Hidden">Numbers inside the feed-forward layer (hidden_dim).</param>
/// <param name="Layers">Blocks (n_layers).</param>
/// <param name="Heads">Heads of the queries (n_heads).</param>
/// <param name="KeyValueHeads">Heads of the keys and values (n_kv_heads).</param>
/// <param name="VocabularySize">Tokens (vocab_size, without its sign).</param>
/// <param name="BlockSize">The longest text (seq_len).</param>
/// <param name="IsTied">Whether the token table is also the head; the file says no by a negative vocab_size.</param>
internal sealed record Llama2cHeader(
    int Width, int Hidden, int Layers, int Heads, int KeyValueHeads, int VocabularySize, int BlockSize, bool IsTied)
{
    public const int Bytes = 7 * sizeof(int);

    // Far above any model, and low enough that no product of three of these numbers leaves 63 bits.
    private const int Largest = 1 << 20;

    public int HeadDim => Width / Heads;

    public int KeyValueWidth => KeyValueHeads * HeadDim;

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="InvalidDataException">No model has such a shape.</exception>
    public static Llama2cHeader Parse(ReadOnlySpan<byte> bytes)
    {
        var numbers = new int[7];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(int))..]);
        }

        var isTied = numbers[5] > 0;
        numbers[5] = numbers[5] == int.MinValue ? 0 : Math.Abs(numbers[5]);
        var header = new Llama2cHeader(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], isTied);
        if (Array.Exists(numbers, number => number is < 1 or > Largest)
            || header.Width % header.Heads != 0
            || header.Heads % header.KeyValueHeads != 0
            || header.HeadDim % 2 != 0)
        {
            throw new InvalidDataException(
                $"It does not begin with the shape of a model (width {numbers[0]}, hidden {numbers[1]}, layers {numbers[2]}, heads "
                + $"{numbers[3]}, key-value heads {numbers[4]}, vocabulary {numbers[5]}, context {numbers[6]}).");
        }

        return header;
    }

    public byte[] ToBytes()
    {
        int[] numbers = [Width, Hidden, Layers, Heads, KeyValueHeads, IsTied ? VocabularySize : -VocabularySize, BlockSize];
        var bytes = new byte[Bytes];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), numbers[i]);
        }

        return bytes;
    }

    /// <summary>
    /// The parts of the file in their order, with the size of one layer's share. The two tables of cosines and sines are left over
    /// from earlier versions; programs skip them.
    /// </summary>
    public IEnumerable<(Llama2cPart Part, int Copies, long Count)> Parts()
    {
        long width = Width, keyValue = KeyValueWidth, hidden = Hidden;
        yield return (Llama2cPart.Tokens, 1, VocabularySize * width);
        yield return (Llama2cPart.AttentionNorm, Layers, width);
        yield return (Llama2cPart.Query, Layers, width * width);
        yield return (Llama2cPart.Key, Layers, keyValue * width);
        yield return (Llama2cPart.Value, Layers, keyValue * width);
        yield return (Llama2cPart.Output, Layers, width * width);
        yield return (Llama2cPart.FeedForwardNorm, Layers, width);
        yield return (Llama2cPart.Gate, Layers, hidden * width);
        yield return (Llama2cPart.Narrow, Layers, width * hidden);
        yield return (Llama2cPart.Widen, Layers, hidden * width);
        yield return (Llama2cPart.FinalNorm, 1, width);
        yield return (Llama2cPart.Cosines, 1, (long)BlockSize * HeadDim / 2);
        yield return (Llama2cPart.Sines, 1, (long)BlockSize * HeadDim / 2);
        if (!IsTied)
        {
            yield return (Llama2cPart.Head, 1, VocabularySize * width);
        }
    }
}

/// <summary>What stands in a llama2.c file, in its order.</summary>
internal enum Llama2cPart
{
    Tokens,
    AttentionNorm,
    Query,
    Key,
    Value,
    Output,
    FeedForwardNorm,
    Gate,
    Narrow,
    Widen,
    FinalNorm,
    Cosines,
    Sines,
    Head,
}

/// <summary>
/// A model in the format of the C program llama2.c (the version without a magic number, called legacy there): seven integers, then
/// all weights as 32-bit numbers. The file is mapped into memory, so only what is read is loaded.
/// </summary>
internal sealed class Llama2cFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly Dictionary<Llama2cPart, (long Begin, int Copies, long Count)> places = [];

    private Llama2cFile(MemoryMappedFile file, MemoryMappedViewAccessor view, Llama2cHeader header)
    {
        this.file = file;
        this.view = view;
        Header = header;
        long begin = Llama2cHeader.Bytes;
        foreach (var (part, copies, count) in header.Parts())
        {
            places.Add(part, (begin, copies, count));
            begin += copies * count * sizeof(float);
        }
    }

    public Llama2cHeader Header { get; }

    /// <summary>Opens a file. Its length is compared with what its header promises before anything else is done.</summary>
    /// <exception cref="InvalidDataException">It is something else, truncated or too long.</exception>
    public static Llama2cFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var start = new byte[Llama2cHeader.Bytes];
        if (stream.Length < start.Length)
        {
            throw new InvalidDataException($"'{path}' is no llama2.c model: it has only {stream.Length} bytes.");
        }

        stream.ReadExactly(start);
        Llama2cHeader header;
        try
        {
            header = Llama2cHeader.Parse(start);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is no llama2.c model. {e.Message}", e);
        }

        // Up to 2^20 · 2^20 · 2^20 numbers per part: the sum fits 63 bits only when it is not in bytes, so it is compared as numbers.
        var numbers = header.Parts().Sum(part => (decimal)part.Copies * part.Count);
        if ((numbers * sizeof(float)) + Llama2cHeader.Bytes != stream.Length)
        {
            throw new InvalidDataException(
                $"'{path}' promises a model of {numbers} numbers, {(numbers * sizeof(float)) + Llama2cHeader.Bytes} bytes, but has "
                + $"{stream.Length} bytes: it is truncated, quantised or something else.");
        }

        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        try
        {
            return new Llama2cFile(file, file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read), header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file, which is replaced in one stroke when it exists.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">The shape.</param>
    /// <param name="read">Gives the numbers of a part of a layer.</param>
    public static void Write(string path, Llama2cHeader header, Func<Llama2cPart, int, float[]> read) =>
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header.ToBytes());
            foreach (var (part, copies, count) in header.Parts())
            {
                for (var layer = 0; layer < copies; layer++)
                {
                    var numbers = read(part, layer);
                    if (numbers.Length != count)
                    {
                        throw new ArgumentException($"{part} of layer {layer} has {numbers.Length} numbers, not {count}.", nameof(read));
                    }

                    stream.Write(MemoryMarshal.AsBytes<float>(numbers)); // little-endian, as every processor .NET runs on today
                }
            }
        });

    /// <summary>Copies a part of one layer out of the file.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="layer">The layer; 0 for a part that is there once.</param>
    public float[] Read(Llama2cPart part, int layer = 0)
    {
        var (begin, copies, count) = places[part];
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, copies);
        if (count > Array.MaxLength)
        {
            throw new InvalidDataException($"{part} has {count} numbers, more than this library handles.");
        }

        var numbers = new float[count];
        view.ReadArray(begin + (layer * count * sizeof(float)), numbers, 0, numbers.Length);
        return numbers;
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
