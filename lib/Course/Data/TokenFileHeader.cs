using System.Buffers.Binary;

namespace Course.Data;

/// <summary>
/// The first 64 bytes of a token file. All numbers are little-endian:
/// <code>
/// offset  size  meaning
///      0     8  magic: the ASCII characters CSTOKENS
///      8     2  version of the format, 1
///     10     2  bits per token, 16 or 32
///     12     4  zero
///     16     8  number of tokens
///     24    32  SHA-256 of everything after the header
///     56     8  zero
///     64     …  the tokens, one after the other, nothing behind them
/// </code>
/// </summary>
internal readonly record struct TokenFileHeader(int BitsPerToken, long Count, ReadOnlyMemory<byte> Sha256)
{
    public const int Size = 64;
    private const ushort Version = 1;

    private static ReadOnlySpan<byte> Magic => "CSTOKENS"u8;

    public int BytesPerToken => BitsPerToken / 8;

    public void WriteTo(Span<byte> header)
    {
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], (ushort)BitsPerToken);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], Count);
        Sha256.Span.CopyTo(header[24..]);
    }

    /// <summary>Reads a header and checks it against the length of its file: nothing in it is believed.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole token file of this version.</exception>
    public static TokenFileHeader Parse(ReadOnlySpan<byte> header, long fileLength, string path)
    {
        if (header.Length < Size || !header.StartsWith(Magic))
        {
            throw Bad(path, "it does not start with the mark of a token file. Write one with TokenFile.Write");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version != Version)
        {
            throw Bad(path, $"it has format version {version}, and this library reads version {Version}. Write the file again");
        }

        var bits = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        if (bits is not (16 or 32))
        {
            throw Bad(path, $"its header says {bits} bits per token; only 16 and 32 exist. The file is damaged");
        }

        if (header[12..16].ContainsAnyExcept((byte)0) || header[56..64].ContainsAnyExcept((byte)0))
        {
            throw Bad(path, "bytes of its header that must be zero are not. The file is damaged");
        }

        var count = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        var tokenBytes = fileLength - Size;
        // A division, because count * bytes could overflow when the count is hostile.
        if (count < 0 || tokenBytes % (bits / 8) != 0 || count != tokenBytes / (bits / 8))
        {
            throw Bad(path, $"its header promises {count} tokens of {bits} bits, but {tokenBytes} bytes follow it. "
                + "The file was cut off or damaged; write it again");
        }

        return new TokenFileHeader(bits, count, header.Slice(24, 32).ToArray());
    }

    private static InvalidDataException Bad(string path, string why) => new($"'{path}' cannot be read as a token file: {why}.");
}
