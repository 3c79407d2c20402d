using System.Buffers.Binary;
using TorchSharp;

namespace Course.Models;

/// <summary>
/// Files of named tensors in the safetensors format: eight bytes with the header's length, the header, the numbers. Reading one
/// runs no code that is in it, unlike a Python pickle.
/// </summary>
public sealed class Safetensors : IDisposable
{
    private const int LengthBytes = 8;

    private readonly FileStream stream;
    private readonly long dataStart;

    private Safetensors(FileStream stream, SafetensorsHeader header, long dataStart)
    {
        this.stream = stream;
        this.dataStart = dataStart;
        Header = header;
    }

    /// <summary>What the file says about its tensors.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Writes tensors from any device to a file, which is replaced in one stroke when it exists.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Texts that travel with them.</param>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    /// <exception cref="ArgumentException">A tensor has a type the format does not know.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, torch.Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var header = SafetensorsHeader.LayOut(
            tensors.Select(pair => (pair.Key, pair.Value.dtype, pair.Value.shape)), metadata ?? new Dictionary<string, string>());
        var json = header.ToJson();
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
            stream.Write(length);
            stream.Write(json);
            foreach (var (name, entry) in header.Entries.OrderBy(entry => entry.Value.Begin))
            {
                using var scope = torch.NewDisposeScope();
                using var noGrad = torch.no_grad();
                // Numbers are stored little-endian, as every processor .NET runs on today holds them.
                var numbers = tensors[name].detach().cpu().contiguous();
                foreach (var piece in Pieces(numbers, entry))
                {
                    stream.Write(piece.bytes);
                }
            }
        });
    }

    /// <summary>Opens a file and checks its header; no tensor is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or something else; the message says what.</exception>
    public static Safetensors Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Span<byte> bytes = stackalloc byte[LengthBytes];
            if (stream.Length < LengthBytes)
            {
                throw new InvalidDataException($"The file has only {stream.Length} bytes.");
            }

            stream.ReadExactly(bytes);
            var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            var rest = stream.Length - LengthBytes;
            if (length > SafetensorsHeader.MaxLength || length > (ulong)rest)
            {
                throw new InvalidDataException(
                    $"The header claims {length} bytes; at most {Math.Min(SafetensorsHeader.MaxLength, rest)} are possible.");
            }

            var json = new byte[length];
            stream.ReadExactly(json);
            return new Safetensors(stream, SafetensorsHeader.Parse(json, rest - json.Length), LengthBytes + json.Length);
        }
        catch (Exception e)
        {
            stream.Dispose();
            if (e is InvalidDataException or EndOfStreamException)
            {
                throw new InvalidDataException($"'{path}' cannot be read. {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="device">Where it shall live.</param>
    /// <exception cref="InvalidDataException">There is no tensor of that name, or the file has shrunk since it was opened.</exception>
    public torch.Tensor Read(string name, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        var entry = Entry(name);
        var tensor = torch.empty([.. entry.Shape], entry.Type, device: torch.CPU);
        ReadNumbers(entry, tensor);
        return tensor.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Makes sure that a tensor of the file can be read into one that exists.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="target">A tensor of the type and shape that are needed.</param>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another type or shape.</exception>
    public void Check(string name, torch.Tensor target)
    {
        var entry = Entry(name);
        if (entry.Type != target.dtype || !entry.Shape.SequenceEqual(target.shape))
        {
            throw new InvalidDataException(
                $"In '{stream.Name}', '{name}' is {entry.Type} ({string.Join(", ", entry.Shape)}), but {target.dtype} "
                + $"({string.Join(", ", target.shape)}) is needed: the file belongs to another model.");
        }
    }

    /// <summary>Reads one tensor into one that exists: a model's weights, for example.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <param name="target">Gets the numbers; same type and shape.</param>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another type or shape.</exception>
    public void ReadInto(string name, torch.Tensor target)
    {
        Check(name, target);
        var entry = Entry(name);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        if (target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            ReadNumbers(entry, target);
        }
        else
        {
            target.copy_(Read(name, torch.CPU));
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private SafetensorsEntry Entry(string name) => Header.Entries.TryGetValue(name, out var entry)
        ? entry
        : throw new InvalidDataException($"'{stream.Name}' holds no tensor called '{name}'.");

    private void ReadNumbers(SafetensorsEntry entry, torch.Tensor target)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        try
        {
            stream.Position = dataStart + entry.Begin;
            foreach (var piece in Pieces(target, entry))
            {
                stream.ReadExactly(piece.bytes);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"'{stream.Name}' has become shorter while it was read.", e);
        }
    }

    // A span holds at most 2 GiB, a tensor may be larger.
    private static IEnumerable<torch.Tensor> Pieces(torch.Tensor numbers, SafetensorsEntry entry)
    {
        const long PieceLength = 1 << 26;
        using var row = numbers.detach().view(-1);
        for (long start = 0; start < entry.Count; start += PieceLength)
        {
            using var piece = row.narrow(0, start, Math.Min(PieceLength, entry.Count - start));
            yield return piece;
        }
    }
}
