using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class StreamingDecoderTests
{
    // é = C3 A9, 😀 = F0 9F 98 80. Among the merges are some that begin or end inside a character.
    private static readonly BpeTokenizer Tokenizer = new(
        [new(0xC3, 0xA9), new(0xF0, 0x9F), new('a', 0xC3), new(0x98, 0x80)], SpecialTokens.Chat);

    [Test]
    public void Text_appears_when_its_last_byte_has_come()
    {
        var decoder = new StreamingDecoder(Tokenizer);
        Assert.That(decoder.Append(258), Is.EqualTo("a"));
        Assert.That(decoder.Append(0xA9), Is.EqualTo("é"));
        Assert.That(decoder.Append(257), Is.Empty);
        Assert.That(decoder.Append(0x98), Is.Empty);
        Assert.That(decoder.Append(0x80), Is.EqualTo("😀"));
        Assert.That(decoder.Flush(), Is.Empty);
    }

    [Test]
    public void What_never_becomes_whole_ends_as_the_replacement_character()
    {
        var decoder = new StreamingDecoder(Tokenizer);
        Assert.That(decoder.Append(257), Is.Empty);
        Assert.That(decoder.Flush(), Is.EqualTo("\uFFFD"));
        Assert.That(decoder.Append('x'), Is.EqualTo("x"), "as new after Flush");
    }

    [Property(MaxTest = 2000)]
    public bool The_pieces_together_are_the_whole(byte[] bytes, int seed)
    {
        // Arbitrary bytes, most of them invalid, and arbitrary other tokens between them.
        var random = new Random(seed);
        int[] tokens = [.. bytes.Select(b => random.Next(3) == 0 ? 256 + random.Next(8) : b | random.Next(2) << 7)];
        return Streamed(tokens) == Tokenizer.Decode(tokens);
    }

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Every_piece_is_well_formed_text(AnyText text)
    {
        var decoder = new StreamingDecoder(Tokenizer);
        return Tokenizer.Encode(text.Value).Select(decoder.Append).All(piece => new AnyText(piece).WellFormed == piece);
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => new StreamingDecoder(null!), Throws.ArgumentNullException);
        Assert.That(() => new StreamingDecoder(Tokenizer).Append(1000), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static string Streamed(IEnumerable<int> tokens)
    {
        var decoder = new StreamingDecoder(Tokenizer);
        return string.Concat(tokens.Select(decoder.Append)) + decoder.Flush();
    }
}
