using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace Course.Data;

/// <summary>
/// A token sequence in a memory-mapped file: the operating system reads the pages that are touched, so a text larger than the
/// memory can be trained on. Written by <see cref="Write"/> or <see cref="TokenFileWriter"/>.
/// </summary>
public sealed class TokenFile : ITokenSequence, IDisposable
{
    private readonly TokenFileHeader header;
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;

    private TokenFile(string path, TokenFileHeader header, MemoryMappedFile map)
    {
        Path = path;
        this.header = header;
        this.map = map;
        view = map.CreateViewAccessor(0, TokenFileHeader.Size + (header.Count * header.BytesPerToken), MemoryMappedFileAccess.Read);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public long Length => header.Count;

    /// <summary>16 when every token number is below 65,536, else 32.</summary>
    public int BitsPerToken => header.BitsPerToken;

    /// <summary>Opens a token file. Its header is checked against its length; its tokens are not read yet.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a token file, or not a whole one.</exception>
    public static TokenFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Span<byte> bytes = stackalloc byte[TokenFileHeader.Size];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var header = TokenFileHeader.Parse(bytes[..read], stream.Length, path);
            var map = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new TokenFile(path, header, map);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Writes a sequence to a file, with 16 bits per token when every number fits into them. The file appears whole or not at all:
    /// it is written beside its place first and then renamed.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="tokens">The tokens.</param>
    public static void Write(string path, ITokenSequence tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var largest = 0;
        ForEachPart(tokens, part =>
        {
            foreach (var token in part)
            {
                largest = Math.Max(largest, token);
            }
        });
        using var writer = new TokenFileWriter(path, largest <= ushort.MaxValue ? 16 : 32);
        ForEachPart(tokens, part => writer.Append(part));
        writer.Complete();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A token of a 32-bit file is negative: the file is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public void Read(long offset, Span<int> destination)
    {
        TokenSequences.CheckRange(Length, offset, destination.Length);
        var width = header.BytesPerToken;
        Span<byte> buffer = stackalloc byte[2048];
        while (destination.Length > 0)
        {
            var count = Math.Min(destination.Length, buffer.Length / width);
            var bytes = buffer[..(count * width)];
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(view.PointerOffset + TokenFileHeader.Size + (offset * width)), bytes);
            for (var i = 0; i < count; i++)
            {
                destination[i] = width == 2
                    ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * 2)..])
                    : BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]);
                if (destination[i] < 0)
                {
                    throw new InvalidDataException(
                        $"'{Path}' is damaged: token {offset + i} is {destination[i]}, and token numbers start at 0.");
                }
            }

            offset += count;
            destination = destination[count..];
        }
    }

    /// <summary>Reads the whole file once and compares it with the SHA-256 its writer noted in the header.</summary>
    /// <exception cref="InvalidDataException">The tokens are not those that were written.</exception>
    public void Verify()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        var end = TokenFileHeader.Size + (Length * header.BytesPerToken);
        for (long position = TokenFileHeader.Size; position < end; position += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position));
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(view.PointerOffset + position), part);
            hash.AppendData(part);
        }

        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(header.Sha256.Span))
        {
            throw new InvalidDataException($"'{Path}' is damaged: its tokens do not have the SHA-256 its header states. Write it again.");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }

    private static void ForEachPart(ITokenSequence tokens, Action<ReadOnlySpan<int>> action)
    {
        var buffer = new int[1 << 14];
        for (long offset = 0; offset < tokens.Length; offset += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tokens.Length - offset));
            tokens.Read(offset, part);
            action(part);
        }
    }
}
