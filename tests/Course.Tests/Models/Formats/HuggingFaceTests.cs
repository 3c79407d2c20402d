using System.Text.Json.Nodes;
using Course.Layers;
using Course.Models;
using Course.Models.Formats;
using Course.Tests.Data;
using Course.Tokenization;
using NUnit.Framework;
using TorchSharp;
using Models_ = Course.Tests.Generation.Models;

namespace Course.Tests.Models.Formats;

[TestFixture]
public class HuggingFaceTests
{
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

    private string Weights => folder.At("model.safetensors");

    private string Settings => folder.At("config.json");

    private static GptConfig[] Configs() =>
    [
        Models_.Config("gpt2"),
        Models_.Config("gpt2") with { TieWeights = false, FeedForwardWidth = 50, Activation = Activation.Gelu, NormEpsilon = 1e-6 },
        Models_.Config("llama"),
        Models_.Config("llama") with { TieWeights = false, RotaryBase = 500_000, NormEpsilon = 1e-6, Bias = true, KeyValueHeads = 4 },
    ];

    [TestCaseSource(nameof(Configs))]
    public void A_model_comes_back_bit_by_bit(GptConfig config)
    {
        using var gpt = Models_.Make(config);
        HuggingFace.Save(gpt, folder.Root);
        using var copy = HuggingFace.Load(folder.Root, torch.CPU);
        var state = copy.state_dict();
        foreach (var (name, tensor) in gpt.state_dict())
        {
            TensorAssert.Same(state[name], tensor, name);
        }

        Assert.That(copy.Config.Stack, Is.EqualTo(gpt.Config.Stack with { FeedForwardWidth = gpt.Config.FeedForwardSize, KeyValueHeads = copy.Config.KeyValueHeads }));
    }

    [Test]
    public void Gpt2s_names_and_shapes_are_those_of_transformers()
    {
        using var gpt = Models_.Make("gpt2");
        HuggingFace.Save(gpt, folder.Root);
        using var file = Safetensors.Open(Weights);
        Assert.That(file.Header.Entries.Keys.Where(name => name.StartsWith("transformer.h.1.")).Order(), Is.EqualTo(new[]
        {
            "transformer.h.1.attn.c_attn.bias", "transformer.h.1.attn.c_attn.weight", "transformer.h.1.attn.c_proj.bias",
            "transformer.h.1.attn.c_proj.weight", "transformer.h.1.ln_1.bias", "transformer.h.1.ln_1.weight", "transformer.h.1.ln_2.bias",
            "transformer.h.1.ln_2.weight", "transformer.h.1.mlp.c_fc.bias", "transformer.h.1.mlp.c_fc.weight",
            "transformer.h.1.mlp.c_proj.bias", "transformer.h.1.mlp.c_proj.weight",
        }));
        Assert.That(file.Header.Entries.Keys, Does.Not.Contain("lm_head.weight"), "tied");
        Assert.That(file.Header.Metadata["format"], Is.EqualTo("pt"));
        // A Conv1D multiplies from the left: (inputs, outputs).
        TensorAssert.Same(file.Read("transformer.h.0.attn.c_attn.weight", torch.CPU), gpt.Blocks[0].Attention.Qkv.Weight.t());
        Assert.That(file.Header.Entries["transformer.h.0.mlp.c_fc.weight"].Shape, Is.EqualTo(new long[] { 36, 144 }));
        var settings = JsonNode.Parse(File.ReadAllText(Settings))!;
        Assert.That((string)settings["model_type"]!, Is.EqualTo("gpt2"));
        Assert.That((string)settings["activation_function"]!, Is.EqualTo("gelu_new"));
        Assert.That((int)settings["n_positions"]!, Is.EqualTo(12));
    }

    [Test]
    public void Llamas_rotary_pairs_are_halves_of_a_head_there()
    {
        using var gpt = Models_.Make("llama"); // 4 heads of 6 numbers
        HuggingFace.Save(gpt, folder.Root);
        using var file = Safetensors.Open(Weights);
        var theirs = file.Read("model.layers.0.self_attn.q_proj.weight", torch.CPU);
        var ours = gpt.Blocks[0].Attention.Qkv.Weight;
        for (var head = 0; head < 4; head++)
        {
            for (var pair = 0; pair < 3; pair++)
            {
                TensorAssert.Same(theirs[(head * 6) + pair], ours[(head * 6) + (2 * pair)]);
                TensorAssert.Same(theirs[(head * 6) + 3 + pair], ours[(head * 6) + (2 * pair) + 1]);
            }
        }

        TensorAssert.Same(theirs, Rotary.ToHalves(ours.narrow(0, 0, 24), 4));
        TensorAssert.Same(file.Read("model.layers.1.self_attn.k_proj.weight", torch.CPU), Rotary.ToHalves(gpt.Blocks[1].Attention.Qkv.Weight.narrow(0, 24, 12), 2));
        TensorAssert.Same(file.Read("model.layers.1.mlp.gate_proj.weight", torch.CPU), gpt.Blocks[1].FeedForward!.Gate!.Weight);
        TensorAssert.Same(file.Read("model.layers.1.mlp.up_proj.weight", torch.CPU), gpt.Blocks[1].FeedForward!.Widen.Weight);
    }

    [Test]
    public void A_model_without_biases_gets_zeros_which_change_nothing()
    {
        using var gpt = Models_.Make(Models_.Config("gpt2") with { Bias = false });
        HuggingFace.Save(gpt, folder.Root);
        using var copy = HuggingFace.Load(folder.Root, torch.CPU);
        copy.eval();
        var tokens = TensorAssert.RandomTokens(1, 29, 2, 12);
        TensorAssert.Near(copy.Logits(tokens), gpt.Logits(tokens), 1e-5);
    }

    [Test]
    public void A_file_by_other_hands_is_read()
    {
        using var gpt = Models_.Make("gpt2");
        HuggingFace.Save(gpt, folder.Root);
        // As OpenAI's own file: no prefix, tables of masks, half precision; as some others: the tied head a second time.
        Rewrite(tensors => tensors.ToDictionary(t => t.Key["transformer.".Length..], t => t.Value.to(torch.float16))
            .Concat([
                new("h.0.attn.bias", torch.ones([1, 1, 12, 12], device: torch.CPU)),
                new("lm_head.weight", tensors["transformer.wte.weight"]),
            ]));
        using var copy = HuggingFace.Load(folder.Root, torch.CPU);
        TensorAssert.Near(copy.Blocks[1].FeedForward!.Widen.Weight, gpt.Blocks[1].FeedForward!.Widen.Weight, 1e-3);
        TensorAssert.Same(copy.Tokens.Weight, gpt.Tokens.Weight.to(torch.float16).to(torch.float32));
    }

    [Test]
    public void Several_files_are_read_as_one_and_none_outside_the_folder()
    {
        using var gpt = Models_.Make("llama");
        HuggingFace.Save(gpt, folder.Root);
        var map = new JsonObject();
        using (var file = Safetensors.Open(Weights))
        {
            foreach (var part in file.Header.Entries.Keys.Order().Index().GroupBy(pair => pair.Index % 2))
            {
                var name = $"model-0000{part.Key + 1}-of-00002.safetensors";
                Safetensors.Write(folder.At(name), part.ToDictionary(pair => pair.Item, pair => file.Read(pair.Item, torch.CPU)));
                foreach (var (_, tensor) in part)
                {
                    map[tensor] = name;
                }
            }
        }

        File.Delete(Weights);
        var index = folder.At("model.safetensors.index.json");
        File.WriteAllText(index, new JsonObject { ["weight_map"] = map }.ToJsonString());
        using (var copy = HuggingFace.Load(folder.Root, torch.CPU))
        {
            TensorAssert.Same(copy.Blocks[1].Attention.Qkv.Weight, gpt.Blocks[1].Attention.Qkv.Weight);
        }

        foreach (var bad in new[] { "../model.safetensors", "/etc/passwd", "..", "a\\b", "C:x", "" })
        {
            map["model.norm.weight"] = bad;
            File.WriteAllText(index, new JsonObject { ["weight_map"] = map.DeepClone() }.ToJsonString());
            Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("same folder"), bad);
        }

        map["model.norm.weight"] = "model-00001-of-00002.safetensors";
        map["model.norm.wait"] = "model-00001-of-00002.safetensors";
        File.WriteAllText(index, new JsonObject { ["weight_map"] = map.DeepClone() }.ToJsonString());
        Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("holds no tensor"));
    }

    [TestCase("model_type", "\"mamba\"", "'mamba'")]
    [TestCase("model_type", "5", "a text")]
    [TestCase("model_type", null, "no 'model_type'")]
    [TestCase("hidden_size", null, "no 'hidden_size'")]
    [TestCase("hidden_size", "\"24\"", "a whole number")]
    [TestCase("hidden_size", "24.5", "a whole number")]
    [TestCase("hidden_size", "48", "shape|describes")]
    [TestCase("hidden_size", "0", "cannot be built")]
    [TestCase("num_attention_heads", "0", "cannot be built")]
    [TestCase("num_hidden_layers", "1000000", "describes a model of")]
    [TestCase("num_hidden_layers", "1", "no place for")]
    [TestCase("num_hidden_layers", "2147483647", "describes a model of")]
    [TestCase("vocab_size", "2000000000", "describes|cannot be built")]
    [TestCase("max_position_embeddings", "80000000", "context of 80000000")]
    [TestCase("max_position_embeddings", "2000000000", "cannot be built")]
    [TestCase("rope_scaling", "{\"rope_type\":\"llama3\"}", "rope_scaling")]
    [TestCase("head_dim", "12", "head_dim")]
    [TestCase("hidden_act", "\"snake\"", "snake")]
    [TestCase("mlp_bias", "true", "bias")]
    [TestCase("rms_norm_eps", "\"x\"", "a number")]
    [TestCase("tie_word_embeddings", "1", "true or false")]
    [TestCase("tie_word_embeddings", "false", "lm_head.weight|describes")]
    public void Settings_that_do_not_fit_are_refused_in_words(string key, string? value, string because)
    {
        using var gpt = Models_.Make("llama");
        HuggingFace.Save(gpt, folder.Root);
        var settings = JsonNode.Parse(File.ReadAllText(Settings))!.AsObject();
        settings.Remove(key);
        if (value is not null)
        {
            settings[key] = JsonNode.Parse(value);
        }

        File.WriteAllText(Settings, settings.ToJsonString());
        Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Matches(because).And.Message.Contains(folder.Root));
    }

    [Test]
    public void Weights_that_do_not_fit_are_refused_in_words()
    {
        using var gpt = Models_.Make("llama");
        HuggingFace.Save(gpt, folder.Root);
        Rewrite(tensors => tensors.Select(t => t.Key == "model.norm.weight" ? new(t.Key, t.Value.reshape(2, 12)) : t));
        Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("has the shape (2, 12)"));
        Rewrite(tensors => tensors.Select(t => t.Key == "model.norm.weight" ? new("model.gnome.weight", t.Value) : t));
        Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("model.norm.weight"));
        File.WriteAllText(Settings, "[]");
        Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no JSON object"));
        File.WriteAllText(Settings, "{");
        Assert.That(Loading, Throws.InstanceOf<InvalidDataException>().With.Message.Contains("not valid JSON"));
        Assert.That(() => HuggingFace.Load(folder.At("nowhere")), Throws.InstanceOf<IOException>());
    }

    [Test]
    public void A_model_that_fits_no_layout_is_refused()
    {
        using var gpt = Models_.Make("alibi");
        Assert.That(() => HuggingFace.Save(gpt, folder.At("x")), Throws.ArgumentException.With.Message.Contains("Alibi"));
        Assert.That(Directory.Exists(folder.At("x")), Is.False);
    }

    [Test]
    public void The_tokenizer_travels_along()
    {
        var tokenizer = new BpeTrainer(new BpeTrainerOptions { VocabularySize = 270, SpecialTokens = SpecialTokens.Chat }).Train("the cat and the dog");
        using var gpt = Models_.Make("gpt2", tokenizer.VocabularySize);
        HuggingFace.Save(gpt, folder.Root, tokenizer);
        var copy = HuggingFace.LoadTokenizer(folder.Root);
        Assert.That(copy.Encode("the cat<|endoftext|>", SpecialTokenHandling.Parse), Is.EqualTo(tokenizer.Encode("the cat<|endoftext|>", SpecialTokenHandling.Parse)));
        Assert.That((int)JsonNode.Parse(File.ReadAllText(Settings))!["eos_token_id"]!, Is.EqualTo(tokenizer.IdOf(SpecialTokens.EndOfText)));
        Assert.That((string)JsonNode.Parse(File.ReadAllText(folder.At("tokenizer_config.json")))!["pad_token"]!, Is.EqualTo("<|pad|>"));
    }

    private void Loading() => HuggingFace.Load(folder.Root, torch.CPU).Dispose();

    private void Rewrite(Func<Dictionary<string, torch.Tensor>, IEnumerable<KeyValuePair<string, torch.Tensor>>> change)
    {
        Dictionary<string, torch.Tensor> tensors;
        using (var file = Safetensors.Open(Weights))
        {
            tensors = file.Header.Entries.Keys.ToDictionary(name => name, name => file.Read(name, torch.CPU));
        }

        Safetensors.Write(Weights, change(tensors).ToDictionary());
    }
}
