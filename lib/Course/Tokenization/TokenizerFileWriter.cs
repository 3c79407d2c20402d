using System.Text.Encodings.Web;
using System.Text.Json;

namespace Course.Tokenization;

/// <summary>Writes a tokenizer in the form that <see cref="TokenizerFile"/> reads.</summary>
internal static class TokenizerFileWriter
{
    public static void Write(Tokenizer tokenizer, Stream stream)
    {
        // The relaxed encoder leaves characters readable; the file is never put into a web page as it is.
        using var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("format", tokenizer switch
        {
            BpeTokenizer => TokenizerFile.BpeFormat,
            SentencePieceTokenizer => TokenizerFile.SentencePieceFormat,
            _ => TokenizerFile.CharFormat,
        });
        json.WriteNumber("version", TokenizerFile.Version);
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
