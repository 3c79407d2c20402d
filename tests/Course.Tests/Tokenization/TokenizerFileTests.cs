using System.Text;
using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class TokenizerFileTests
{
    private const string Bpe = """
        {"format":"course-bpe-tokenizer","version":1,"preSplit":"gpt2",
        "specialTokens":["<|pad|>"],"merges":[[97,98],[256,99]]}
        """;
    private const string Char = """{"format":"course-char-tokenizer","version":1,"characters":"abc","specialTokens":[]}""";

    private string folder = null!;

    private string File => Path.Combine(folder, "tokenizer.json");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("tokenizer-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_byte_pair_tokenizer_survives_the_round_trip([Values("none", "gpt2", "gpt4")] string rule)
    {
        var saved = new BpeTrainer(new BpeTrainerOptions
        {
            VocabularySize = 300,
            PreSplit = PreSplit.FromName(rule),
            SpecialTokens = new SpecialTokens("<|endoftext|>", "\"quoted\"\n", "😀"),
        }).Train("The dog's dog and the other dog's dogs: 😀😀 123 123 über über");
        saved.Save(File);
        var loaded = BpeTokenizer.Load(File);
        Assert.That(loaded.Merges, Is.EqualTo(saved.Merges));
        Assert.That(loaded.SpecialTokens, Is.EqualTo(saved.SpecialTokens));
        Assert.That(loaded.PreSplit, Is.SameAs(saved.PreSplit));
        Assert.That(loaded.Vocabulary, Is.EqualTo(saved.Vocabulary));
        Assert.That(loaded.TrainingTrace, Is.Empty);
    }

    [Property(Arbitrary = [typeof(Texts)])]
    public bool A_character_tokenizer_survives_the_round_trip(AnyText text)
    {
        var saved = CharTokenizer.FromText(text.Value, SpecialTokens.Chat);
        var file = Path.Combine(Path.GetTempPath(), $"tokenizer-test-{Guid.NewGuid():N}.json");
        try
        {
            saved.Save(file);
            var loaded = CharTokenizer.Load(file);
            return loaded.Characters == saved.Characters && loaded.SpecialTokens.SequenceEqual(saved.SpecialTokens);
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }

    [Test]
    public void Files_written_by_hand_load_too()
    {
        Write(Bpe);
        var bpe = (BpeTokenizer)Tokenizer.Load(File);
        Assert.That(bpe.Encode("abc<|pad|>", SpecialTokenHandling.Parse), Is.EqualTo([257, 258]));
        Write(Char);
        Assert.That(Tokenizer.Load(File).Encode("cab"), Is.EqualTo([2, 0, 1]));
        Assert.That(
            () => BpeTokenizer.Load(File),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("CharTokenizer"));
    }

    [Test]
    public void Saving_replaces_the_file_and_leaves_nothing_beside_it()
    {
        Write("old");
        new BpeTokenizer([]).Save(File);
        Assert.That(BpeTokenizer.Load(File).VocabularySize, Is.EqualTo(256));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_save_that_fails_leaves_nothing_behind()
    {
        // A folder stands where the file shall be.
        Directory.CreateDirectory(File);
        Assert.That(() => new BpeTokenizer([]).Save(File), Throws.Exception);
        Assert.That(Directory.GetFiles(folder), Is.Empty);
        Assert.That(() => new BpeTokenizer([]).Save(string.Empty), Throws.ArgumentException);
    }

    [TestCase("", "not valid JSON")]
    [TestCase("not json", "not valid JSON")]
    [TestCase("[]", "expected an object")]
    [TestCase("{}", "'format'")]
    [TestCase("""{"version":1}""", "'format'")]
    [TestCase("""{"format":1}""", "a string")]
    [TestCase("""{"format":"other"}""", "'other'")]
    [TestCase("""{"format":"course-bpe-tokenizer"}""", "'version'")]
    [TestCase("""{"format":"course-bpe-tokenizer","version":2}""", "version 2")]
    [TestCase("""{"format":"course-bpe-tokenizer","version":"1"}""", "a number")]
    [TestCase("""{"format":"course-bpe-tokenizer","version":1}""", "missing")]
    [TestCase("""{"format":"course-char-tokenizer","version":1,"characters":"ab"}""", "missing")]
    [TestCase(Bpe + "{}", "not valid JSON")]
    public void A_file_that_is_something_else_is_refused(string content, string expected) => AssertRefused(content, expected);

    [TestCase("\"gpt2\"", "\"gpt9\"", "gpt9")]
    [TestCase("\"gpt2\"", "null", "a string")]
    [TestCase("\"preSplit\"", "\"presplit\"", "'presplit'")]
    [TestCase("[\"<|pad|>\"]", "[7]", "a string")]
    [TestCase("[\"<|pad|>\"]", "[\"\"]", "Special token 0")]
    [TestCase("[\"<|pad|>\"]", "[\"x\",\"x\"]", "twice")]
    [TestCase("[\"<|pad|>\"]", "[\"\\ud800\"]", "Unicode")]
    [TestCase("[\"<|pad|>\"]", "{}", "an array")]
    [TestCase("[97,98]", "7", "an array")]
    [TestCase("[97,98]", "[97]", "a number")]
    [TestCase("[97,98]", "[97,98,99]", "has two tokens")]
    [TestCase("[97,98]", "[97,\"98\"]", "a number")]
    [TestCase("[97,98]", "[97,98.5]", "whole number")]
    [TestCase("[97,98]", "[97,-1]", "0 to 1048575")]
    [TestCase("[97,98]", "[97,99999999999999999999]", "0 to 1048575")]
    [TestCase("[97,98]", "[97,256]", "Merge 0")]
    [TestCase("[256,99]", "[257,257]", "Merge 1")]
    [TestCase("[256,99]", "[97,98]", "second time")]
    [TestCase("[[97,98],[256,99]]", "[[97,98],[256,99]", "not valid JSON")]
    [TestCase("]]}", "]],\"merges\":[]}", "there twice")]
    [TestCase("]]}", "]],\"extra\":[]}", "'extra'")]
    public void A_damaged_byte_pair_file_is_refused(string part, string replacement, string expected)
    {
        Assert.That(Bpe, Does.Contain(part));
        AssertRefused(Bpe.Replace(part, replacement), expected);
    }

    [TestCase("\"abc\"", "\"aba\"", "'a'")]
    [TestCase("\"abc\"", "\"a\\udc00\"", "Unicode")]
    [TestCase("\"abc\"", "[\"a\"]", "a string")]
    [TestCase("\"abc\"", "\"abc\",\"characters\":\"abc\"", "there twice")]
    public void A_damaged_character_file_is_refused(string part, string replacement, string expected)
        => AssertRefused(Char.Replace(part, replacement), expected);

    [Test]
    public void Errors_name_the_line()
    {
        new BpeTokenizer([new(97, 97), new(98, 98), new(99, 99)]).Save(File);
        var text = System.IO.File.ReadAllText(File).Replace("[98,98]", "[98,700]");
        AssertRefused(text, "line 3, byte 5: Merge 1");
    }

    [Test]
    public void Tokens_that_double_with_every_merge_are_refused_before_they_fill_the_memory()
    {
        var merges = string.Join(',', Enumerable.Range(0, 100).Select(i => i == 0 ? "[97,97]" : $"[{255 + i},{255 + i}]"));
        AssertRefused(Bpe.Replace("[97,98],[256,99]", merges), "4096 bytes");
    }

    [Test]
    public void A_vocabulary_of_long_tokens_is_refused_before_it_fills_the_memory()
    {
        // Eleven doublings make token 266 of 2,048 bytes; the rest hang one byte or two on it, 33,000 times.
        var doublings = Enumerable.Range(0, 11).Select(i => i == 0 ? "[97,97]" : $"[{255 + i},{255 + i}]");
        var longer = Enumerable.Range(0, 33_000).Select(i => i < 256 ? $"[266,{i}]" : $"[{266 + i / 256},{i % 256}]");
        var merges = doublings.Concat(longer);
        AssertRefused(Bpe.Replace("[97,98],[256,99]", string.Join(',', merges)), "64 MiB");
    }

    [Test]
    public void Strings_that_are_too_long_are_refused()
    {
        AssertRefused($$"""{"{{new string('x', 100)}}":1}""", "longer than");
        AssertRefused($$"""{"format":"{{new string('x', 100)}}"}""", "longer than");
        AssertRefused(Bpe.Replace("<|pad|>", new string('x', 1_000_000)), "longer than");
        AssertRefused(Bpe.Replace("<|pad|>", new string('x', 257)), "1 to 256");
        AssertRefused(Bpe.Replace("\"<|pad|>\"", string.Join(',', Enumerable.Range(0, 1025).Select(i => $"\"{i}\""))), "1024");
    }

    [Test]
    public void A_file_that_is_too_large_is_refused_without_reading_it()
    {
        using (var stream = System.IO.File.Create(File))
        {
            stream.SetLength(5L << 30);
        }

        Assert.That(() => Tokenizer.Load(File), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("32 MiB"));
    }

    [Test]
    public void A_file_that_is_not_there_is_an_IO_error_that_names_it()
        => Assert.That(() => Tokenizer.Load(File), Throws.InstanceOf<IOException>().With.Message.Contains("tokenizer.json"));

    [Test]
    public void Random_damage_never_leads_to_anything_but_the_two_outcomes([Values(Bpe, Char)] string original)
    {
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(original);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var damage = random.Next(2) == 0 ? random.Next(256) : "[]{},:\"0189\\"[random.Next(12)];
                bytes[random.Next(bytes.Length)] = (byte)damage;
            }

            System.IO.File.WriteAllBytes(File, bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)]);
            try
            {
                Tokenizer.Load(File);
            }
            catch (InvalidDataException e)
            {
                Assert.That(e.Message, Does.Contain("tokenizer.json, line "));
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(1000));
    }

    private void Write(string content) => System.IO.File.WriteAllText(File, content);

    private void AssertRefused(string content, string expected)
    {
        Write(content);
        Assert.That(
            () => Tokenizer.Load(File),
            Throws.InstanceOf<InvalidDataException>()
                .With.Message.Contains(expected).And.Message.Contains("tokenizer.json, line "));
    }
}
