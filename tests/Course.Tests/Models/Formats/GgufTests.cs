using Course.Models;
using Course.Models.Formats;
using Course.Tests.Data;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models.Formats;

/// <summary>GGUF files, read back by a reader of the tests' own and run by the rules of ggml.</summary>
[TestFixture]
public class GgufTests
{
    private static readonly GptConfig Config = GptConfig.Llama(
        300, layers: 2, heads: 4, width: 24, keyValueHeads: 2, feedForwardWidth: 37, blockSize: 12, rotaryBase: 500, normEpsilon: 1e-4)
        with
    { InitialDeviation = 0.3 };

    private TemporaryFolder folder = null!;
    private DisposeScope scope = null!;

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void Close()
    {
        scope.Dispose();
        folder.Dispose();
    }

    private string FilePath => folder.At("model.gguf");

    [Test]
    public void The_settings_are_those_that_readers_expect()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        Gguf.Save(gpt, FilePath, name: "Größe");
        Assert.That(new GgufReader(FilePath).Settings, Is.EquivalentTo(new Dictionary<string, object>
        {
            ["general.architecture"] = "llama",
            ["general.name"] = "Größe",
            ["general.alignment"] = 32u,
            ["general.file_type"] = 0u,
            ["llama.vocab_size"] = 300u,
            ["llama.context_length"] = 12u,
            ["llama.embedding_length"] = 24u,
            ["llama.block_count"] = 2u,
            ["llama.feed_forward_length"] = 37u,
            ["llama.attention.head_count"] = 4u,
            ["llama.attention.head_count_kv"] = 2u,
            ["llama.attention.layer_norm_rms_epsilon"] = 1e-4f,
            ["llama.rope.dimension_count"] = 6u,
            ["llama.rope.freq_base"] = 500f,
            ["tokenizer.ggml.model"] = "no_vocab",
        }));
    }

    [Test]
    public void Run_by_the_rules_of_ggml_the_file_gives_the_models_logits([Values] bool tied, [Values] bool bias, [Values(1, 2, 4)] int shared)
    {
        using var gpt = new Gpt(Config with { TieWeights = tied, Bias = bias, KeyValueHeads = shared }, seed: 2, torch.CPU);
        using (torch.no_grad())
        {
            // Fresh gains are 1 and fresh biases 0: confusing two of them would not be noticed.
            foreach (var (i, parameter) in gpt.parameters().Where(parameter => parameter.dim() == 1).Index())
            {
                parameter.add_(TensorAssert.Random(i, parameter.shape) * 0.2);
            }
        }

        Gguf.Save(gpt, FilePath);
        var file = new GgufReader(FilePath);
        Assert.That(file.Tensors.Values.Sum(tensor => tensor.Numbers.LongLength), Is.EqualTo(gpt.Config.ParameterCount));
        int[] text = [7, 299, 0, 7, 31];
        using var noGrad = torch.no_grad();
        var expected = gpt.Logits(torch.tensor(text.Select(token => (long)token).ToArray(), [1, text.Length], device: torch.CPU))[0];
        var actual = new GgmlLlama(file).Logits(text);
        for (var t = 0; t < text.Length; t++)
        {
            TensorAssert.Near(torch.tensor(actual[t], device: torch.CPU), expected[t], 1e-4, $"position {t}");
        }
    }

    [Test]
    public void Weights_are_exact_in_32_bits_and_rounded_in_16_and_gains_always_exact()
    {
        using var gpt = new Gpt(Config, seed: 3, torch.CPU);
        Gguf.Save(gpt, FilePath, precision: GgufPrecision.Float16);
        var file = new GgufReader(FilePath);
        Assert.That(file.Settings["general.file_type"], Is.EqualTo(1u));
        var gate = gpt.Blocks[1].FeedForward!.Gate!.Weight;
        var kept = file.Tensors["blk.1.ffn_gate.weight"];
        Assert.That((kept.Type, kept.Sizes[0], kept.Sizes[1]), Is.EqualTo((1u, 24, 37)));
        Assert.That(kept.Numbers, Is.EqualTo(gate.data<float>().ToArray().Select(x => (float)(Half)x)));
        Assert.That(file.Tensors["output_norm.weight"].Type, Is.Zero);
        Assert.That(file.Tensors.Values.Where(tensor => tensor.Sizes.Length == 1).All(tensor => tensor.Type == 0));

        Gguf.Save(gpt, FilePath);
        Assert.That(new GgufReader(FilePath).Tensors["blk.1.ffn_gate.weight"].Numbers, Is.EqualTo(gate.data<float>().ToArray()));
    }

    [Test]
    public void A_weight_too_large_for_16_bits_is_refused_and_the_old_file_stays()
    {
        using var gpt = new Gpt(Config, seed: 3, torch.CPU);
        Gguf.Save(gpt, FilePath);
        var before = File.ReadAllBytes(FilePath);
        using (torch.no_grad())
        {
            gpt.Tokens.Weight[5, 5] = 70_000f;
        }

        Assert.That(
            () => Gguf.Save(gpt, FilePath, precision: GgufPrecision.Float16),
            Throws.ArgumentException.With.Message.Contains("token_embd.weight").And.Message.Contains("32 bits"));
        Assert.That(File.ReadAllBytes(FilePath), Is.EqualTo(before));
    }

    [Test]
    public void A_byte_pair_tokenizer_travels_along([Values("gpt2", "gpt4")] string rule)
    {
        var text = "to be or not to be, that is the question; größer 日本";
        var tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 290, SpecialTokens = new(SpecialTokens.EndOfText), PreSplit = PreSplit.FromName(rule) }).Train(text);
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        Gguf.Save(gpt, FilePath, tokenizer);
        var settings = new GgufReader(FilePath).Settings;
        var tokens = Strings(settings, "tokenizer.ggml.tokens");
        var kinds = ((object[])settings["tokenizer.ggml.token_type"]).Cast<int>().ToList();
        var end = tokenizer.IdOf(SpecialTokens.EndOfText);
        Assert.Multiple(() =>
        {
            Assert.That(settings["tokenizer.ggml.model"], Is.EqualTo("gpt2"));
            Assert.That(settings["tokenizer.ggml.pre"], Is.EqualTo(rule == "gpt2" ? "gpt-2" : "dbrx"));
            Assert.That((tokens.Length, kinds.Count, tokens.Distinct().Count()), Is.EqualTo((300, 300, 300)));
            Assert.That(tokens[end], Is.EqualTo("<|endoftext|>"));
            Assert.That(kinds[end], Is.EqualTo(3));
            Assert.That(kinds.Count(kind => kind == 1), Is.EqualTo(tokenizer.VocabularySize - 1));
            Assert.That(kinds.Skip(tokenizer.VocabularySize), Is.All.EqualTo(5), "rows of the model's table that no token uses");
            Assert.That(settings["tokenizer.ggml.eos_token_id"], Is.EqualTo((uint)end));
            Assert.That((tokens['A'], tokens[' '], tokens[0xC3]), Is.EqualTo(("A", "Ġ", "Ã")), "bytes are written as GPT-2 writes them");
        });

        // The merges by name, applied to the names of a word's bytes, give the tokenizer's own ids.
        var merges = Strings(settings, "tokenizer.ggml.merges").Select(merge => merge.Split(' ')).ToList();
        Assert.That(merges, Has.Count.EqualTo(tokenizer.Merges.Count));
        foreach (var word in (string[])["question", " the", "größer"])
        {
            var parts = System.Text.Encoding.UTF8.GetBytes(word).Select(b => tokens[b]).ToList();
            foreach (var merge in merges)
            {
                for (var i = 0; i + 1 < parts.Count; i++)
                {
                    if (parts[i] == merge[0] && parts[i + 1] == merge[1])
                    {
                        parts[i] += parts[i + 1];
                        parts.RemoveAt(i + 1);
                    }
                }
            }

            Assert.That(parts.Select(part => Array.IndexOf(tokens, part)), Is.EqualTo(tokenizer.Encode(word)), word);
        }
    }

    [Test]
    public void A_SentencePiece_tokenizer_travels_along()
    {
        var pieces = new List<ScoredPiece> { new("<unk>", 0), new("\n<s>\n", 0), new("\n</s>\n", 0) };
        pieces.AddRange(Enumerable.Range(0, 256).Select(b => new ScoredPiece($"<0x{b:X2}>", 0)));
        pieces.AddRange([new(" o", -1), new("o", -2), new(" ", -3)]);
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        Gguf.Save(gpt, FilePath, new SentencePieceTokenizer(pieces));
        var settings = new GgufReader(FilePath).Settings;
        var tokens = Strings(settings, "tokenizer.ggml.tokens");
        var kinds = ((object[])settings["tokenizer.ggml.token_type"]).Cast<int>().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(settings["tokenizer.ggml.model"], Is.EqualTo("llama"));
            Assert.That(tokens.Take(4), Is.EqualTo(new[] { "<unk>", "<s>", "</s>", "<0x00>" }));
            Assert.That(kinds.Take(4), Is.EqualTo(new[] { 2, 3, 3, 6 }));
            Assert.That(tokens[259..262], Is.EqualTo(new[] { "▁o", "o", "▁" }));
            Assert.That(((object[])settings["tokenizer.ggml.scores"])[260], Is.EqualTo(-2f));
            Assert.That(settings["tokenizer.ggml.add_bos_token"], Is.EqualTo(true));
            Assert.That((settings["tokenizer.ggml.bos_token_id"], settings["tokenizer.ggml.eos_token_id"]), Is.EqualTo((1u, 2u)));
        });
    }

    [Test]
    public void What_the_format_cannot_hold_is_refused_in_words()
    {
        using var gpt = new Gpt(Config, seed: 1, torch.CPU);
        using var gpt2 = new Gpt(new() { VocabularySize = 5 }, seed: 1, torch.CPU);
        using var relu = new Gpt(Config with { Activation = Course.Layers.Activation.Relu }, seed: 1, torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => Gguf.Save(gpt2, FilePath), Throws.ArgumentException.With.Message.Contains("not rotary"));
            Assert.That(() => Gguf.Save(relu, FilePath), Throws.ArgumentException.With.Message.Contains("Relu"));
            Assert.That(() => Gguf.Save(gpt, FilePath, CharTokenizer.FromText("abc")), Throws.ArgumentException.With.Message.Contains("CharTokenizer"));
            Assert.That(
                () => Gguf.Save(gpt, FilePath, new BpeTokenizer([], preSplit: PreSplit.None)), Throws.ArgumentException.With.Message.Contains("'none'"));
            Assert.That(
                () => Gguf.Save(gpt, FilePath, new BpeTokenizer([], new SpecialTokens([.. Enumerable.Range(0, 60).Select(i => $"<{i}>")]))),
                Throws.ArgumentException.With.Message.Contains("316"));
            Assert.That(() => Gguf.Save(gpt, FilePath, precision: (GgufPrecision)7), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Gguf.Save(gpt, FilePath, name: " "), Throws.ArgumentException);
            Assert.That(File.Exists(FilePath), Is.False);
        });
    }

    private static string[] Strings(Dictionary<string, object> settings, string key) => [.. ((object[])settings[key]).Cast<string>()];
}
