using System.Buffers.Binary;
using System.Text;

namespace Course.Tokenization;

/// <summary>
/// The tokenizer files of the C program llama2.c: the length of the longest piece, then for each piece its score, its length in
/// bytes and its UTF-8 text. How many there are follows from the length of the file.
/// </summary>
public static class Llama2cTokenizer
{
    private const int MaximumFileBytes = 32 << 20;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">The file, such as <c>tok512.bin</c>. It need not be trusted.</param>
    /// <exception cref="InvalidDataException">The file is damaged or something else; the message says what.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!stream.CanSeek || stream.Length is < sizeof(int) or > MaximumFileBytes)
        {
            throw new InvalidDataException($"'{path}' is not an ordinary file of 4 bytes to {MaximumFileBytes >> 20} MiB, so it is no tokenizer.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        try
        {
            return new SentencePieceTokenizer(Pieces(bytes));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}' is no llama2.c tokenizer. {e.Message}", e);
        }
    }

    /// <summary>Writes a tokenizer; the file appears whole or not at all.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    public static void Save(SentencePieceTokenizer tokenizer, string path)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        TokenizerFile.WriteWhole(path, stream =>
        {
            using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
            writer.Write(tokenizer.Pieces.Max(piece => Encoding.UTF8.GetByteCount(piece.Text)));
            foreach (var piece in tokenizer.Pieces)
            {
                var text = Encoding.UTF8.GetBytes(piece.Text);
                writer.Write(piece.Score);
                writer.Write(text.Length);
                writer.Write(text);
            }
        });
    }

    private static List<ScoredPiece> Pieces(ReadOnlySpan<byte> bytes)
    {
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var longest = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var rest = bytes[sizeof(int)..];
        var pieces = new List<ScoredPiece>();
        while (!rest.IsEmpty)
        {
            var place = bytes.Length - rest.Length;
            if (rest.Length < 2 * sizeof(int))
            {
                throw new InvalidDataException($"It ends within piece {pieces.Count}, at byte {place}.");
            }

            var score = BinaryPrimitives.ReadSingleLittleEndian(rest);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(float)..]);
            rest = rest[(2 * sizeof(int))..];
            if (length < 0 || length > longest || length > rest.Length)
            {
                throw new InvalidDataException(
                    $"Piece {pieces.Count}, at byte {place}, has a length of {length}; the longest has {longest}, and {rest.Length} bytes are left.");
            }

            try
            {
                pieces.Add(new ScoredPiece(utf8.GetString(rest[..length]), score));
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"Piece {pieces.Count}, at byte {place}, is not valid UTF-8.", e);
            }

            rest = rest[length..];
        }

        return pieces;
    }
}
