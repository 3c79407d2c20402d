using System.Text;
using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class SentencePieceTokenizerTests
{
    private static readonly SentencePieceTokenizer Small = Make(" ", "a", "b", "c", " a", "ab", "bc", "abc", "aa", "é");

    private string folder = null!;

    private string File => Path.Combine(folder, "tokenizer");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("tokenizer-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_best_score_is_merged_first()
    {
        // Scores fall with the place in the list: " a" before "ab" before "bc" before "abc".
        Assert.That(Pieces("abc"), Is.EqualTo(new[] { "<s>", " a", "bc" }));
        Assert.That(Pieces("cabc"), Is.EqualTo(new[] { "<s>", " ", "c", "abc" }));
        Assert.That(Pieces("caaa"), Is.EqualTo(new[] { "<s>", " ", "c", "aa", "a" }), "of equals the first");
        Assert.That(Pieces(""), Is.EqualTo(new[] { "<s>" }));

        string[] Pieces(string text) => [.. Small.Encode(text).Select(id => Small.Pieces[id].Text)];
    }

    [Test]
    public void What_is_not_in_the_vocabulary_becomes_bytes()
    {
        Assert.That(Small.Encode("é€").Select(id => Small.Pieces[id].Text), Is.EqualTo(new[] { "<s>", " ", "é", "<0xE2>", "<0x82>", "<0xAC>" }));
        var withoutBytes = new SentencePieceTokenizer([new("<unk>", 0), new("<s>", 0), new("</s>", 0), new("a", 0)]);
        Assert.That(withoutBytes.Encode("ab"), Is.EqualTo(new[] { 1, 0, 3, 0 }), "and without bytes unknown: the blank, a, b");
    }

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 300)]
    public bool Decoding_gives_every_text_back(AnyText text)
    {
        var tokens = Small.Encode(text.Value);
        var stream = new StreamingDecoder(Small);
        var pieces = new StringBuilder();
        foreach (var token in tokens)
        {
            pieces.Append(stream.Append(token));
        }

        pieces.Append(stream.Flush());
        var expected = string.Concat(text.Value.EnumerateRunes().Select(rune => rune.ToString()));
        return Small.Decode(tokens) == expected && pieces.ToString() == expected && Small.CountTokens(text.Value) == tokens.Length;
    }

    [Property(MaxTest = 500)]
    public bool Merging_is_the_simple_rule(byte[] letters)
    {
        var text = new string([.. letters.Select(b => "aabc"[b % 4])]);
        // Again and again the neighbours that make the piece of the highest score, as the C program does it.
        var pieces = (text.Length == 0 ? "" : " " + text).Select(c => c.ToString()).ToList();
        while (true)
        {
            var best = Enumerable.Range(0, Math.Max(0, pieces.Count - 1))
                .Select(i => (At: i, Id: Small.Pieces.ToList().FindIndex(p => p.Text == pieces[i] + pieces[i + 1])))
                .Where(pair => pair.Id >= 0)
                .OrderByDescending(pair => Small.Pieces[pair.Id].Score).ThenBy(pair => pair.At)
                .Select(pair => ((int At, int Id)?)pair).FirstOrDefault();
            if (best is not { } merge)
            {
                break;
            }

            pieces[merge.At] += pieces[merge.At + 1];
            pieces.RemoveAt(merge.At + 1);
        }

        return Small.Encode(text).Skip(1).Select(id => Small.Pieces[id].Text).SequenceEqual(pieces);
    }

    [Test]
    public void Special_tokens_have_the_first_ids()
    {
        Assert.That(Small.IdOf("<s>"), Is.EqualTo(1));
        Assert.That(Small.IsSpecial(2), Is.True);
        Assert.That(Small.IsSpecial(3), Is.False);
        Assert.That(Small.Encode("a</s>a", SpecialTokenHandling.Parse).Select(id => Small.Pieces[id].Text), Is.EqualTo(new[] { "<s>", " a", "</s>", "a" }));
        Assert.That(Small.Encode("</s>").Contains(2), Is.False, "text is text");
        Assert.That(Small.Decode(1, Id(" a"), Id(" a"), 2), Is.EqualTo("a a</s>"));
        Assert.That(Small.Decode(Id(" a")), Is.EqualTo(" a"), "what continues a text keeps its blank");
        var bare = new SentencePieceTokenizer(Small.Pieces) { AddBeginOfText = false };
        Assert.That(bare.Encode("a"), Is.EqualTo(new[] { Id(" a") }));
    }

    [Test]
    public void It_survives_both_kinds_of_file()
    {
        Small.Save(File);
        Assert.That(((SentencePieceTokenizer)Tokenizer.Load(File)).Pieces, Is.EqualTo(Small.Pieces));
        Llama2cTokenizer.Save(Small, File);
        Assert.That(Llama2cTokenizer.Load(File).Pieces, Is.EqualTo(Small.Pieces));
        var bytes = System.IO.File.ReadAllBytes(File);
        Assert.That(bytes[..4], Is.EqualTo(new byte[] { 6, 0, 0, 0 }), "the longest piece is <0x00>");
        Assert.That(bytes[12..17], Is.EqualTo("<unk>"u8.ToArray()));
    }

    [Property(MaxTest = 300)]
    public bool A_damaged_file_is_refused_or_harmless(int position, byte value, bool cut)
    {
        var path = Path.Combine(Path.GetTempPath(), $"tokenizer-test-{Guid.NewGuid():N}");
        try
        {
            Llama2cTokenizer.Save(Small, path);
            var bytes = System.IO.File.ReadAllBytes(path);
            var at = (int)((uint)position % bytes.Length);
            bytes[at] = value;
            System.IO.File.WriteAllBytes(path, cut ? bytes[..at] : bytes);
            _ = Llama2cTokenizer.Load(path).Encode("abc é");
            return true;
        }
        catch (InvalidDataException e)
        {
            return e.Message.Contains(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [TestCase("""{"format":"course-sentencepiece-tokenizer","version":1,"pieces":[["<unk>",0]]}""", "3 special ones")]
    [TestCase("""{"format":"course-sentencepiece-tokenizer","version":1,"pieces":[["<unk>","0"]]}""", "a number")]
    [TestCase("""{"format":"course-sentencepiece-tokenizer","version":1,"pieces":[["<unk>",1e99]]}""", "out of range")]
    [TestCase("""{"format":"course-sentencepiece-tokenizer","version":1,"pieces":[["<unk>",0,0]]}""", "a text and a score")]
    [TestCase("""{"format":"course-sentencepiece-tokenizer","version":1,"pieces":[],"more":1}""", "'more'")]
    [TestCase("""{"format":"course-bpe-tokenizer","version":1,"preSplit":"gpt2","specialTokens":[],"merges":[],"ids":[0,1]}""", "2 ids for 256 tokens")]
    [TestCase("""{"format":"course-bpe-tokenizer","version":1,"preSplit":"gpt2","specialTokens":[],"merges":[],"ids":["0"]}""", "a number")]
    public void A_file_that_makes_no_sense_is_refused_in_words(string content, string because)
    {
        System.IO.File.WriteAllText(File, content);
        Assert.That(() => Tokenizer.Load(File), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(because));
    }

    private static int Id(string piece) => Small.Pieces.ToList().FindIndex(p => p.Text == piece);

    // Special tokens, the 256 bytes, then the given pieces with falling scores.
    private static SentencePieceTokenizer Make(params string[] pieces) => new(
    [
        new("<unk>", 0), new("<s>", 0), new("</s>", 0),
        .. Enumerable.Range(0, 256).Select(b => new ScoredPiece($"<0x{b:X2}>", 0)),
        .. pieces.Select((piece, i) => new ScoredPiece(piece, -1 - i)),
    ]);
}
