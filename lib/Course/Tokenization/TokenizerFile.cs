using System.Text.Encodings.Web;
using System.Text.Json;

namespace Course.Tokenization;

/// <summary>
/// Tokenizers as JSON files in the form that <see cref="Tokenizer"/> describes. A file may come from anywhere. It is limited in
/// size before it is read, every number and reference in it is checked, and
/// errors name the file, the line and the column.
/// </summary>
internal static class TokenizerFile
{
    public const int Version = 1;

    /// <summary>Enough for the largest vocabulary: a million merges of at most 18 bytes each.</summary>
    public const int MaximumFileBytes = 32 << 20;

    private const string BpeFormat = "course-bpe-tokenizer";
    private const string CharFormat = "course-char-tokenizer";
    private const string SentencePieceFormat = "course-sentencepiece-tokenizer";

    public static T Load<T>(string path)
        where T : Tokenizer
        => Load(path) is var tokenizer && tokenizer is T wanted
            ? wanted
            : throw new InvalidDataException($"{path} holds a {tokenizer.GetType().Name}, not a {typeof(T).Name}.");

    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var reader = new StrictJsonReader(path, ReadLimited(path));
        reader.Begin();
        reader.RequireProperty("format");
        var format = reader.ReadString(64, "the format");
        if (format is not (BpeFormat or CharFormat or SentencePieceFormat))
        {
            throw reader.Error($"'{format}' is not a tokenizer; expected '{BpeFormat}', '{CharFormat}' or '{SentencePieceFormat}'.");
        }

        reader.RequireProperty("version");
        var version = reader.ReadInteger(1, int.MaxValue, "the version");
        if (version > Version)
        {
            throw reader.Error($"the file has version {version}; this program reads version {Version}. Use a newer program.");
        }

        return format switch
        {
            BpeFormat => ReadBpe(ref reader),
            CharFormat => ReadChar(ref reader),
            _ => ReadSentencePiece(ref reader),
        };
    }

    public static void Save(Tokenizer tokenizer, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WriteWhole(path, stream => Write(tokenizer, stream));
    }

    /// <summary>Writes a file that appears whole or not at all.</summary>
    public static void WriteWhole(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            // Written beside its place and then renamed: a crash leaves the old file or the new one, never half of one.
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static BpeTokenizer ReadBpe(ref StrictJsonReader reader)
    {
        PreSplit? preSplit = null;
        SpecialTokens? specialTokens = null;
        BpeVocabulary? vocabulary = null;
        List<int>? ids = null;
        while (reader.TryReadProperty(out var name))
        {
            switch (name)
            {
                case "preSplit" when preSplit is null:
                    preSplit = ReadPreSplit(ref reader);
                    break;
                case "specialTokens" when specialTokens is null:
                    specialTokens = ReadSpecialTokens(ref reader);
                    break;
                case "merges" when vocabulary is null:
                    vocabulary = ReadMerges(ref reader);
                    break;
                case "ids" when ids is null:
                    ids = ReadIds(ref reader);
                    break;
                default:
                    throw reader.UnexpectedProperty(name);
            }
        }

        reader.End();
        if (preSplit is null || specialTokens is null || vocabulary is null)
        {
            throw reader.Error("a byte-pair tokenizer needs 'preSplit', 'specialTokens' and 'merges'; one is missing.");
        }

        if (vocabulary.Tokens.Count + specialTokens.Count > BpeTokenizer.MaximumVocabularySize)
        {
            throw reader.Error($"there are more than {BpeTokenizer.MaximumVocabularySize} tokens.");
        }

        try
        {
            return new BpeTokenizer(vocabulary, specialTokens, preSplit, [], ids);
        }
        catch (ArgumentException e)
        {
            throw reader.Error(MessageOf(e));
        }
    }

    private static CharTokenizer ReadChar(ref StrictJsonReader reader)
    {
        string? characters = null;
        SpecialTokens? specialTokens = null;
        while (reader.TryReadProperty(out var name))
        {
            switch (name)
            {
                case "characters" when characters is null:
                    characters = reader.ReadString(MaximumFileBytes, "the characters");
                    try
                    {
                        _ = new CharTokenizer(characters);
                    }
                    catch (ArgumentException e)
                    {
                        throw reader.Error(MessageOf(e));
                    }

                    break;
                case "specialTokens" when specialTokens is null:
                    specialTokens = ReadSpecialTokens(ref reader);
                    break;
                default:
                    throw reader.UnexpectedProperty(name);
            }
        }

        reader.End();
        return characters is not null && specialTokens is not null
            ? new CharTokenizer(characters, specialTokens)
            : throw reader.Error("a character tokenizer needs 'characters' and 'specialTokens'; one is missing.");
    }

    private static SentencePieceTokenizer ReadSentencePiece(ref StrictJsonReader reader)
    {
        reader.RequireProperty("pieces");
        reader.BeginArray("the pieces");
        var pieces = new List<ScoredPiece>();
        while (reader.TryReadElement())
        {
            if (pieces.Count == BpeTokenizer.MaximumVocabularySize)
            {
                throw reader.Error($"there are more than {BpeTokenizer.MaximumVocabularySize} pieces.");
            }

            reader.ArrayHere("a piece");
            var text = reader.ReadString(BpeTokenizer.MaximumTokenBytes, "the text of a piece");
            pieces.Add(new ScoredPiece(text, reader.ReadNumber("the score of a piece")));
            reader.EndArray("a piece, which has a text and a score");
        }

        if (reader.TryReadProperty(out var name))
        {
            throw reader.UnexpectedProperty(name);
        }

        reader.End();
        try
        {
            return new SentencePieceTokenizer(pieces);
        }
        catch (ArgumentException e)
        {
            throw reader.Error(MessageOf(e));
        }
    }

    private static List<int> ReadIds(ref StrictJsonReader reader)
    {
        var ids = new List<int>();
        reader.BeginArray("the ids");
        while (reader.TryReadElement())
        {
            ids.Add(reader.IntegerHere(0, BpeTokenizer.MaximumVocabularySize - 1, "an id"));
        }

        return ids;
    }

    private static PreSplit ReadPreSplit(ref StrictJsonReader reader)
    {
        var name = reader.ReadString(64, "the pre-split rule");
        try
        {
            return PreSplit.FromName(name);
        }
        catch (ArgumentException e)
        {
            throw reader.Error(MessageOf(e));
        }
    }

    private static SpecialTokens ReadSpecialTokens(ref StrictJsonReader reader)
    {
        var texts = new List<string>();
        reader.BeginArray("the special tokens");
        while (reader.TryReadElement())
        {
            if (texts.Count == SpecialTokens.MaximumCount)
            {
                throw reader.Error($"there are more than {SpecialTokens.MaximumCount} special tokens.");
            }

            // A character of UTF-16 has at most three bytes of UTF-8, or six as an escape.
            texts.Add(reader.StringHere(6 * SpecialTokens.MaximumLength, "a special token"));
        }

        try
        {
            return new SpecialTokens(texts);
        }
        catch (ArgumentException e)
        {
            throw reader.Error(MessageOf(e));
        }
    }

    private static BpeVocabulary ReadMerges(ref StrictJsonReader reader)
    {
        var vocabulary = new BpeVocabulary();
        reader.BeginArray("the merges");
        while (reader.TryReadElement())
        {
            reader.ArrayHere("a merge");
            var left = reader.ReadInteger(0, BpeTokenizer.MaximumVocabularySize - 1, "the left token of a merge");
            var right = reader.ReadInteger(0, BpeTokenizer.MaximumVocabularySize - 1, "the right token of a merge");
            if (!vocabulary.TryAdd(new TokenPair(left, right), out var problem))
            {
                throw reader.Error(problem);
            }

            reader.EndArray("a merge, which has two tokens");
        }

        return vocabulary;
    }

    // Without the name of a parameter, which says nothing to the owner of the file.
    private static string MessageOf(ArgumentException e)
        => e.Message.Replace($" (Parameter '{e.ParamName}')", string.Empty, StringComparison.Ordinal);

    private static byte[] ReadLimited(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

        // A pipe or a device has no length to check, and could go on for ever.
        if (!stream.CanSeek || stream.Length > MaximumFileBytes)
        {
            throw new InvalidDataException(
                $"{path} is not an ordinary file of at most {MaximumFileBytes >> 20} MiB, so it is not a tokenizer.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static void Write(Tokenizer tokenizer, Stream stream)
    {
        // The relaxed encoder leaves characters readable; the file is never put into a web page as it is.
        using var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("format", tokenizer switch
        {
            BpeTokenizer => BpeFormat,
            SentencePieceTokenizer => SentencePieceFormat,
            _ => CharFormat,
        });
        json.WriteNumber("version", Version);
        if (tokenizer is SentencePieceTokenizer { Pieces: var pieces })
        {
            json.WriteStartArray("pieces");
            foreach (var piece in pieces)
            {
                json.WriteStartArray();
                json.WriteStringValue(piece.Text);
                json.WriteNumberValue(piece.Score);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            return;
        }

        if (tokenizer is CharTokenizer characters)
        {
            json.WriteString("characters", characters.Characters);
        }

        if (tokenizer is BpeTokenizer bpe)
        {
            json.WriteString("preSplit", bpe.PreSplit.Name);
        }

        json.WriteStartArray("specialTokens");
        foreach (var special in tokenizer.SpecialTokens)
        {
            json.WriteStringValue(special);
        }

        json.WriteEndArray();
        if (tokenizer is BpeTokenizer { Merges: var merges })
        {
            json.WriteStartArray("merges");
            foreach (var merge in merges)
            {
                json.WriteRawValue($"\n[{merge.Left},{merge.Right}]", skipInputValidation: true);
            }

            json.WriteEndArray();
        }

        if (tokenizer.Ids is { } ids)
        {
            json.WriteStartArray("ids");
            foreach (var id in ids)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
