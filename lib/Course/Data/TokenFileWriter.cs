using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Course.Data;

/// <summary>
/// Writes a token file piece by piece, for a text that is tokenized as it streams by. The file appears under its name only when
/// <see cref="Complete"/> is called; without that call nothing is left behind, whatever goes wrong.
/// </summary>
public sealed class TokenFileWriter : IDisposable
{
    private readonly string path;
    private readonly string partPath;
    private readonly int bitsPerToken;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream stream;
    private long count;
    private bool completed;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where the file shall be; one that exists is replaced on completion.</param>
    /// <param name="bitsPerToken">16 when every token number is below 65,536, else 32.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is neither 16 nor 32.</exception>
    public TokenFileWriter(string path, int bitsPerToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (bitsPerToken is not (16 or 32))
        {
            throw new ArgumentOutOfRangeException(nameof(bitsPerToken), bitsPerToken, "A token takes 16 or 32 bits.");
        }

        this.path = Path.GetFullPath(path);
        this.bitsPerToken = bitsPerToken;
        // Beside its final place, because a rename is atomic only within one file system.
        partPath = $"{this.path}.{Guid.NewGuid():N}.part";
        stream = new FileStream(partPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        stream.Write(new byte[TokenFileHeader.Size]);
    }

    /// <summary>The number of tokens written so far.</summary>
    public long Count => count;

    /// <summary>Appends tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token number is negative or too large for the file's width.</exception>
    /// <exception cref="InvalidOperationException">The file is complete.</exception>
    public void Append(params ReadOnlySpan<int> tokens)
    {
        ThrowIfCompleted();
        var width = bitsPerToken / 8;
        Span<byte> buffer = stackalloc byte[2048];
        while (tokens.Length > 0)
        {
            var part = tokens[..Math.Min(tokens.Length, buffer.Length / width)];
            for (var i = 0; i < part.Length; i++)
            {
                if (part[i] < 0 || (bitsPerToken == 16 && part[i] > ushort.MaxValue))
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(tokens), part[i], $"Token number {part[i]} does not fit into {bitsPerToken} bits of '{path}'.");
                }

                if (width == 2)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(buffer[(i * 2)..], (ushort)part[i]);
                }
                else
                {
                    BinaryPrimitives.WriteInt32LittleEndian(buffer[(i * 4)..], part[i]);
                }
            }

            var bytes = buffer[..(part.Length * width)];
            hash.AppendData(bytes);
            stream.Write(bytes);
            count += part.Length;
            tokens = tokens[part.Length..];
        }
    }

    /// <summary>Writes the header and gives the file its name.</summary>
    /// <exception cref="InvalidOperationException">The file is already complete.</exception>
    public void Complete()
    {
        ThrowIfCompleted();
        Span<byte> header = stackalloc byte[TokenFileHeader.Size];
        new TokenFileHeader(bitsPerToken, count, hash.GetHashAndReset()).WriteTo(header);
        stream.Seek(0, SeekOrigin.Begin);
        stream.Write(header);
        // To the disk before the rename: else a power cut could leave the name pointing at an empty file.
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(partPath, path, overwrite: true);
        completed = true;
    }

    /// <summary>Closes the writer; an incomplete file is removed.</summary>
    public void Dispose()
    {
        hash.Dispose();
        stream.Dispose();
        if (!completed)
        {
            File.Delete(partPath);
        }
    }

    private void ThrowIfCompleted()
    {
        if (completed)
        {
            throw new InvalidOperationException($"'{path}' is already complete.");
        }
    }
}
