using System.Text.Encodings.Web;
using System.Text.Json;

namespace Course.Tokenization;

/// <summary>
/// Byte-level byte-pair tokenizers as the <c>tokenizer.json</c> of Hugging Face's tokenizers library. What is trained here can be used
/// there with the same ids, and GPT-2's can be used here.
/// </summary>
public static class TokenizerJson
{
    // The expression of PreSplit.Gpt4, and the same as Llama 3 writes it.
    private const string Gpt4Pattern =
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Gpt4PatternOfLlama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Writes a tokenizer; the file appears whole or not at all.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="path">The file, by custom <c>tokenizer.json</c>; an existing one is replaced.</param>
    /// <exception cref="ArgumentException">
    /// Two merges make the same text, or a special token is the text of an ordinary one: the format, which names tokens by their text,
    /// cannot tell them apart.
    /// </exception>
    public static void Save(BpeTokenizer tokenizer, string path)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var names = NamesOf(tokenizer);
        TokenizerFile.WriteWhole(path, stream =>
        {
            using var json = new Utf8JsonWriter(
                stream, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            Write(json, tokenizer, names);
        });
    }

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="path">The file. It need not be trusted.</param>
    /// <returns>A tokenizer with the file's ids. All its added tokens are special tokens, which are parsed only when asked for.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds something that is no byte-level pair encoding or that this library cannot do; the message says what.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static BpeTokenizer Load(string path) => TokenizerJsonReader.Load(path);

    /// <summary>The rule a pattern stands for; <see langword="null"/> for one that is not known.</summary>
    internal static PreSplit? RuleOf(string pattern) =>
        pattern is Gpt4Pattern or Gpt4PatternOfLlama3 ? PreSplit.Gpt4 : null;

    // The name of every ordinary token, in the order bytes, merges.
    internal static string[] NamesOf(BpeTokenizer tokenizer)
    {
        var vocabulary = new BpeVocabulary(tokenizer.Merges);
        string[] names = [.. vocabulary.Tokens.Select(bytes => ByteAlphabet.ToText(bytes))];
        var seen = new HashSet<string>(tokenizer.SpecialTokens, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
            {
                throw new ArgumentException(
                    $"There are two tokens '{name}', which a format that names tokens by their text cannot tell apart.", nameof(tokenizer));
            }
        }

        return names;
    }

    private static void Write(Utf8JsonWriter json, BpeTokenizer tokenizer, string[] names)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var special in tokenizer.SpecialTokens.OrderBy(tokenizer.IdOf))
        {
            json.WriteStartObject();
            json.WriteNumber("id", tokenizer.IdOf(special));
            json.WriteString("content", special);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("normalizer");
        json.WritePropertyName("pre_tokenizer");
        WritePreSplit(json, tokenizer.PreSplit);
        json.WriteNull("post_processor");
        json.WritePropertyName("decoder");
        WriteByteLevel(json, useRegex: true);
        json.WritePropertyName("model");
        WriteModel(json, tokenizer, names);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeTokenizer tokenizer, string[] names)
    {
        json.WriteStartObject();
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", false);
        json.WriteStartObject("vocab");
        foreach (var (name, id) in names.Select((name, token) => (name, Id: tokenizer.Ids?[token] ?? token)).OrderBy(pair => pair.Id))
        {
            json.WriteNumber(name, id);
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var merge in tokenizer.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(names[merge.Left]);
            json.WriteStringValue(names[merge.Right]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePreSplit(Utf8JsonWriter json, PreSplit rule)
    {
        if (rule != PreSplit.Gpt4)
        {
            WriteByteLevel(json, useRegex: rule == PreSplit.Gpt2);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", Gpt4Pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json, useRegex: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool useRegex)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", useRegex);
        json.WriteEndObject();
    }
}
