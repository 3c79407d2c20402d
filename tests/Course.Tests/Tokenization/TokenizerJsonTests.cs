using System.Text.Json.Nodes;
using Course.Tokenization;
using NUnit.Framework;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Tokenization;

public sealed class TokenizerJsonTests
{
    private static readonly BpeTokenizer Trained = new BpeTrainer(new BpeTrainerOptions
    {
        VocabularySize = 320,
        SpecialTokens = SpecialTokens.Chat,
    }).Train("The dog's dog and the other dog's dogs: 😀😀 123 123 über über\n\n  the other the other");

    private string folder = null!;

    private string File => Path.Combine(folder, "tokenizer.json");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("tokenizer-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_tokenizer_survives_the_round_trip([Values("none", "gpt2", "gpt4")] string rule)
    {
        var saved = new BpeTokenizer(Trained.Merges, Trained.SpecialTokens, PreSplit.FromName(rule));
        TokenizerJson.Save(saved, File);
        var loaded = TokenizerJson.Load(File);
        Assert.That(loaded.Merges, Is.EqualTo(saved.Merges));
        Assert.That(loaded.SpecialTokens, Is.EqualTo(saved.SpecialTokens));
        Assert.That(loaded.PreSplit, Is.SameAs(saved.PreSplit));
        Assert.That(loaded.Vocabulary, Is.EqualTo(saved.Vocabulary));
        const string Text = "the dog's über 😀 12345\r\n <|user|> THE'S";
        Assert.That(loaded.Encode(Text, SpecialTokenHandling.Parse), Is.EqualTo(saved.Encode(Text, SpecialTokenHandling.Parse)));
    }

    [Test]
    public void The_file_says_what_the_other_library_expects()
    {
        TokenizerJson.Save(Trained, File);
        var root = JsonNode.Parse(System.IO.File.ReadAllText(File))!;
        var model = root["model"]!;
        Assert.That((string)model["type"]!, Is.EqualTo("BPE"));
        Assert.That((int)model["vocab"]!["Ġ"]!, Is.EqualTo(32), "a blank");
        Assert.That((int)model["vocab"]!["Ċ"]!, Is.EqualTo(10), "a line break");
        Assert.That((int)model["vocab"]!["A"]!, Is.EqualTo(65));
        Assert.That(model["vocab"]!.AsObject().Count, Is.EqualTo(Trained.VocabularySize - 4));
        Assert.That(model["merges"]!.AsArray().Count, Is.EqualTo(Trained.Merges.Count));
        var first = Trained.Merges[0];
        Assert.That(
            model["merges"]![0]!.AsArray().Select(part => (int)model["vocab"]![(string)part!]!),
            Is.EqualTo(new[] { first.Left, first.Right }));
        Assert.That((string)root["added_tokens"]![0]!["content"]!, Is.EqualTo("<|endoftext|>"));
        Assert.That((int)root["added_tokens"]![0]!["id"]!, Is.EqualTo(Trained.IdOf("<|endoftext|>")));
        Assert.That((bool)root["pre_tokenizer"]!["use_regex"]!, Is.True);
    }

    [Test]
    public void The_alphabet_is_gpt2s()
    {
        // From GPT-2's published vocabulary: "Hello world" is "Hello", "Ġworld"; é is Ã©; the byte 127 is ġ, the soft hyphen Ń.
        Assert.That(ByteAlphabet.ToText(" world"u8), Is.EqualTo("Ġworld"));
        Assert.That(ByteAlphabet.ToText("é"u8), Is.EqualTo("Ã©"));
        Assert.That(ByteAlphabet.ToText([127, 0xAD, 0]), Is.EqualTo("ġŃĀ"));
        var all = Enumerable.Range(0, 256).Select(b => (byte)b).ToArray();
        Assert.That(ByteAlphabet.TryGetBytes(ByteAlphabet.ToText(all), out var bytes), Is.True);
        Assert.That(bytes, Is.EqualTo(all));
        Assert.That(ByteAlphabet.TryGetBytes("a b", out _), Is.False);
    }

    [Test]
    public void Gpt2s_own_numbering_is_kept()
    {
        WriteLikeGpt2(endOfTextFirst: false);
        var tokenizer = TokenizerJson.Load(File);
        // "!" is GPT-2's token 0, "H" 39; bytes come in the order of the visible characters, then the others.
        Assert.That(tokenizer.Encode("!H"), Is.EqualTo(new[] { 0, 39 }));
        Assert.That(tokenizer.Encode(" \n"), Is.EqualTo(new[] { 220, 198 }));
        Assert.That(tokenizer.Encode("hehe<|endoftext|>", SpecialTokenHandling.Parse), Is.EqualTo(new[] { 257, 258 }));
        Assert.That(tokenizer.Decode(257, 220, 39), Is.EqualTo("hehe H"));
        Assert.That(tokenizer.Vocabulary[220], Is.EqualTo(" "));
        Assert.That(tokenizer.IsSpecial(258), Is.True);
        Assert.That(tokenizer.IsSpecial(257), Is.False);
    }

    [Test]
    public void Special_tokens_may_stand_first()
    {
        WriteLikeGpt2(endOfTextFirst: true);
        var tokenizer = TokenizerJson.Load(File);
        Assert.That(tokenizer.IdOf("<|endoftext|>"), Is.Zero);
        Assert.That(tokenizer.Encode("he!<|endoftext|>", SpecialTokenHandling.Parse), Is.EqualTo(new[] { 257, 1, 0 }));
        Assert.That(tokenizer.IsSpecial(0), Is.True);
        Assert.That(tokenizer.BytesOf(257).ToArray(), Is.EqualTo("he"u8.ToArray()));
        Assert.That(() => tokenizer.WithSpecialTokens(SpecialTokens.Chat), Throws.InvalidOperationException);
    }

    [Test]
    public void A_foreign_numbering_survives_both_files_and_variants()
    {
        WriteLikeGpt2(endOfTextFirst: false);
        var tokenizer = TokenizerJson.Load(File);
        var expected = tokenizer.Encode("hehe he! Über\n");
        tokenizer.Save(File);
        Assert.That(BpeTokenizer.Load(File).Encode("hehe he! Über\n"), Is.EqualTo(expected));
        TokenizerJson.Save(tokenizer, File);
        Assert.That(TokenizerJson.Load(File).Encode("hehe he! Über\n"), Is.EqualTo(expected));
        Assert.That(tokenizer.WithFirstMerges(1).Encode("hehe"), Is.EqualTo(new[] { 256, 256 }));
        Assert.That(tokenizer.WithFirstMerges(1).IdOf("<|endoftext|>"), Is.EqualTo(257));
        var chat = tokenizer.WithSpecialTokens(SpecialTokens.Chat);
        Assert.That(chat.Encode("hehe he! Über\n"), Is.EqualTo(expected));
        Assert.That(chat.IdOf("<|pad|>"), Is.EqualTo(261));
    }

    [Property(Arbitrary = [typeof(Texts)])]
    public bool Every_text_is_encoded_alike_after_the_round_trip(AnyText text)
    {
        var file = Path.Combine(Path.GetTempPath(), $"tokenizer-test-{Guid.NewGuid():N}.json");
        try
        {
            TokenizerJson.Save(Trained, file);
            return TokenizerJson.Load(file).Encode(text.Value).SequenceEqual(Trained.Encode(text.Value));
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }

    [TestCase("model", null, "no 'model'")]
    [TestCase("model.type", "\"Unigram\"", "Unigram")]
    [TestCase("model.vocab", "[]", "no 'vocab'")]
    [TestCase("model.merges", "null", "no 'merges'")]
    [TestCase("model.merges", "[\"h\"]", "two parts")]
    [TestCase("model.merges", "[\"hh hh\"]", "no earlier merge")]
    [TestCase("model.merges", "[]", "neither bytes nor made by a merge")]
    [TestCase("model.merges", "[\"h e\",\"h e\"]", "second time")]
    [TestCase("model.merges", "[5]", "String")]
    [TestCase("model.unk_token", "\"<unk>\"", "unk_token")]
    [TestCase("model.byte_fallback", "true", "byte_fallback")]
    [TestCase("model.dropout", "0.1", "dropout")]
    [TestCase("normalizer", "{\"type\":\"NFC\"}", "normalizer")]
    [TestCase("pre_tokenizer", "null", "pre_tokenizer")]
    [TestCase("pre_tokenizer", "{\"type\":\"Metaspace\"}", "Metaspace")]
    [TestCase("pre_tokenizer.add_prefix_space", "true", "add_prefix_space")]
    [TestCase("pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"x\"},\"behavior\":\"Isolated\"}", "does not know")]
    [TestCase("added_tokens", "[{\"id\":258,\"content\":\"<|endoftext|>\"},{\"id\":259}]", "Special token 1")]
    [TestCase("added_tokens", "[{\"id\":5,\"content\":\"<|endoftext|>\"}]", "two ids")]
    [TestCase("added_tokens", "[{\"id\":999999999,\"content\":\"x\"}]", "is not or comes twice|two ids")]
    [TestCase("added_tokens", "[{\"id\":258,\"content\":\"<|endoftext|>\",\"lstrip\":true}]", "lstrip")]
    public void A_file_that_asks_for_something_else_is_refused_in_words(string path, string? value, string because)
    {
        WriteLikeGpt2(endOfTextFirst: false);
        var root = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();
        var parts = path.Split('.');
        var node = parts.Length == 1 ? root : root[parts[0]]!.AsObject();
        node.Remove(parts[^1]);
        if (value is not null)
        {
            node[parts[^1]] = JsonNode.Parse(value);
        }

        System.IO.File.WriteAllText(File, root.ToJsonString());
        Assert.That(() => TokenizerJson.Load(File), Throws.InstanceOf<InvalidDataException>().With.Message.Matches(because).And.Message.Contains(File));
    }

    [Property(MaxTest = 300)]
    public bool Any_damage_is_refused_or_harmless(int position, byte value)
    {
        var path = Path.Combine(Path.GetTempPath(), $"tokenizer-test-{Guid.NewGuid():N}.json");
        try
        {
            TokenizerJson.Save(Trained, path);
            var bytes = System.IO.File.ReadAllBytes(path);
            bytes[(int)((uint)position % bytes.Length)] = value;
            System.IO.File.WriteAllBytes(path, bytes);
            return TokenizerJson.Load(path).Decode(TokenizerJson.Load(path).Encode("the dog")) == "the dog";
        }
        catch (InvalidDataException)
        {
            return true;
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Test]
    public void What_the_format_cannot_tell_apart_is_not_written()
    {
        // ab·c and a·bc make the same text.
        var twice = new BpeTokenizer([new(97, 98), new(98, 99), new(256, 99), new(97, 257)]);
        Assert.That(() => TokenizerJson.Save(twice, File), Throws.ArgumentException.With.Message.Contains("'abc'"));
        Assert.That(() => TokenizerJson.Save(new BpeTokenizer([], new SpecialTokens("a")), File), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(Directory.GetFiles(folder), Is.Empty);
    }

    // The bytes in the order of GPT-2's vocabulary, merges h·e and he·he as blank-separated text, end of text last or first.
    private void WriteLikeGpt2(bool endOfTextFirst)
    {
        var visible = Enumerable.Range(0, 256).Where(b => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF)).ToList();
        var bytes = visible.Concat(Enumerable.Range(0, 256).Except(visible)).Select(b => ByteAlphabet.ToText([(byte)b]));
        string[] tokens = endOfTextFirst ? ["<|endoftext|>", .. bytes, "he", "hehe"] : [.. bytes, "he", "hehe", "<|endoftext|>"];
        var vocabulary = new JsonObject();
        foreach (var (id, token) in tokens.Index())
        {
            vocabulary[token] = id;
        }

        System.IO.File.WriteAllText(File, new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(new JsonObject
            {
                ["id"] = Array.IndexOf(tokens, "<|endoftext|>"),
                ["content"] = "<|endoftext|>",
                ["special"] = true,
            }),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true },
            ["model"] = new JsonObject { ["dropout"] = null, ["unk_token"] = null, ["vocab"] = vocabulary, ["merges"] = new JsonArray("h e", "he he") },
        }.ToJsonString());
    }
}
