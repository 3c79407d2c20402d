using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using BpeTokenizer = Course.Tokenization.BpeTokenizer;
using MicrosoftBpe = Microsoft.ML.Tokenizers.BpeTokenizer;

namespace Course.Benchmarks;

/// <summary>A vocabulary of the course in the tokenizers of Microsoft.ML.Tokenizers, so that both do the same work.</summary>
internal static partial class MicrosoftTokenizers
{
    private const int ByteTokens = 256;

    /// <summary>The same merges as byte-level BPE with the pre-split of GPT-2.</summary>
    public static MicrosoftBpe BytePairs(BpeTokenizer course)
    {
        var ids = Enumerable.Range(0, ByteTokens + course.Merges.Count);
        var texts = ids.Select(id => ByteLevelText(course.BytesOf(id))).ToList();
        return MicrosoftBpe.Create(new BpeOptions(texts.Select((text, id) => KeyValuePair.Create(text, id)))
        {
            ByteLevel = true,
            Merges = course.Merges.Select(merge => $"{texts[merge.Left]} {texts[merge.Right]}"),
            PreTokenizer = new RegexPreTokenizer(Gpt2(), null),
        });
    }

    /// <summary>The same tokens as ranks, in the tokenizer that Microsoft.ML.Tokenizers has for the models of OpenAI.</summary>
    public static TiktokenTokenizer Ranks(BpeTokenizer course)
    {
        var file = new StringBuilder();
        for (var id = 0; id < ByteTokens + course.Merges.Count; id++)
        {
            file.Append(Convert.ToBase64String(course.BytesOf(id))).Append(' ').Append(id).Append('\n');
        }

        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(file.ToString()));
        return TiktokenTokenizer.Create(stream, new RegexPreTokenizer(Gpt2(), null), null);
    }

    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2();

    // The published files of GPT-2 write bytes as characters: printable ones as themselves, the others from U+0100 on.
    private static string ByteLevelText(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes)
        {
            text.Append(IsPrintable(b) ? (char)b : (char)(0x100 + Enumerable.Range(0, b).Count(other => !IsPrintable(other))));
        }

        return text.ToString();
    }

    private static bool IsPrintable(int b) => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
