using System.Buffers.Binary;
using System.Text;

namespace Course.Plots.Svg;

/// <summary>
/// Writes small PNG images (ISO/IEC 15948). The pixels are stored, not compressed: for an 8×8 digit compression saves nothing,
/// and a compressor may give other bytes on another processor, which would change a notebook that was only run again.
/// </summary>
internal static class Png
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(n =>
        Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xedb88320 ^ (c >> 1) : c >> 1))];

    /// <summary>A greyscale image as a <c>data:</c> address.</summary>
    /// <param name="grey">Rows of bytes, 0 black to 255 white.</param>
    public static string Grey(byte[,] grey) =>
        DataUri(grey.GetLength(1), grey.GetLength(0), 0, 1, (row, column, pixel) => pixel[0] = grey[row, column]);

    /// <summary>A coloured image with opacity as a <c>data:</c> address.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="color">Red, green, blue and opacity of the pixel in a row and column.</param>
    public static string Color(int width, int height, Func<int, int, (byte R, byte G, byte B, byte A)> color) =>
        DataUri(width, height, 6, 4, (row, column, pixel) => (pixel[0], pixel[1], pixel[2], pixel[3]) = color(row, column));

    private delegate void WritePixel(int row, int column, Span<byte> pixel);

    private static string DataUri(int width, int height, byte colorType, int channels, WritePixel write)
    {
        // Each scan line starts with its filter: 0, none.
        var stride = 1 + (width * channels);
        var raw = new byte[stride * height];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                write(row, column, raw.AsSpan((row * stride) + 1 + (column * channels), channels));
            }
        }

        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, colorType);
        Chunk(png, "IHDR", header);
        Chunk(png, "IDAT", ZlibStored(raw));
        Chunk(png, "IEND", []);
        return "data:image/png;base64," + Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length);
    }

    // RFC 1950 around RFC 1951's stored blocks of at most 65,535 bytes.
    private static byte[] ZlibStored(byte[] data)
    {
        using var zlib = new MemoryStream();
        zlib.Write([0x78, 0x01]);
        Span<byte> number = stackalloc byte[4];
        for (var start = 0; start < data.Length || start == 0; start += 65_535)
        {
            var length = (ushort)Math.Min(65_535, data.Length - start);
            zlib.WriteByte(start + length == data.Length ? (byte)1 : (byte)0);
            BinaryPrimitives.WriteUInt16LittleEndian(number, length);
            BinaryPrimitives.WriteUInt16LittleEndian(number[2..], (ushort)~length);
            zlib.Write(number);
            zlib.Write(data, start, length);
        }

        var (a, b) = (1u, 0u);
        foreach (var value in data)
        {
            a = (a + value) % 65_521;
            b = (b + a) % 65_521;
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, (b << 16) | a);
        zlib.Write(number);
        return zlib.ToArray();
    }

    private static void Chunk(Stream png, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        png.Write(body);
        var crc = body.Aggregate(0xffffffffu, (c, value) => CrcTable[(c ^ value) & 0xff] ^ (c >> 8)) ^ 0xffffffff;
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        png.Write(number);
    }
}
