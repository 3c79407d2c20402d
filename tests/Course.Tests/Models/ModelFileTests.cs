using Course.Layers;
using Course.Models;
using Course.Tests.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class ModelFileTests
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

    private string FilePath => folder.At("model.safetensors");

    [TestCase(PositionKind.Learned, true)]
    [TestCase(PositionKind.Sinusoidal, false)]
    [TestCase(PositionKind.None, true)]
    public void A_GPT_comes_back_as_it_was(PositionKind positions, bool tied)
    {
        var config = new GptConfig
        {
            VocabularySize = 9,
            BlockSize = 6,
            Layers = 2,
            Heads = 2,
            Width = 8,
            Dropout = 0.125,
            Bias = true,
            Causal = false,
            Positions = positions,
            Activation = Activation.GeluTanh,
            TieWeights = tied,
            FeedForwardWidth = 20,
        };
        using var gpt = new Gpt(config, seed: 3, torch.CPU);
        gpt.Save(FilePath);
        using var copy = Gpt.Load(FilePath, torch.CPU);
        Assert.That(copy.Config, Is.EqualTo(config));
        foreach (var (name, tensor) in gpt.state_dict())
        {
            TensorAssert.Same(copy.state_dict()[name], tensor, name);
        }

        var tokens = TensorAssert.RandomTokens(1, 9, 2, 6);
        using (gpt.Evaluating())
        using (copy.Evaluating())
        {
            TensorAssert.Same(copy.Logits(tokens), gpt.Logits(tokens));
        }
    }

    [Test]
    public void An_Mlp_comes_back_as_it_was()
    {
        using var mlp = new Mlp(new MlpConfig(4, 5, 3) { Activation = Activation.Silu, Dropout = 0.5 }, seed: 3, torch.CPU);
        mlp.Save(FilePath);
        using var copy = Mlp.Load(FilePath, torch.CPU);
        Assert.That(copy.Config.Sizes, Is.EqualTo(new[] { 4, 5, 3 }));
        Assert.That((copy.Config.Activation, copy.Config.Dropout), Is.EqualTo((Activation.Silu, 0.5)));
        var input = TensorAssert.Random(1, 6, 4);
        TensorAssert.Same(copy.Probabilities(input), mlp.Probabilities(input));
    }

    [Test]
    public void A_trained_models_file_is_as_good_as_a_fresh_ones()
    {
        // While an optimizer owns them, the parameters are parts of one long row.
        using var mlp = new Mlp([3, 4, 2], seed: 1, device: torch.CPU);
        using var optimizer = new Course.Training.SimdAdamW(mlp, new());
        mlp.Save(FilePath);
        using var copy = Mlp.Load(FilePath, torch.CPU);
        var input = TensorAssert.Random(1, 5, 3);
        TensorAssert.Same(copy.Predict(input), mlp.Predict(input));
        TensorAssert.Same(copy.Logits(input), mlp.Logits(input));
    }

    [Test]
    public void Another_kind_of_model_or_plain_tensors_are_refused()
    {
        using var mlp = new Mlp([3, 4, 2], seed: 1, device: torch.CPU);
        mlp.Save(FilePath);
        Assert.That(() => Gpt.Load(FilePath, torch.CPU), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("kind 'Mlp'"));
        Safetensors.Write(FilePath, mlp.state_dict());
        Assert.That(() => Mlp.Load(FilePath, torch.CPU), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("of which model"));
    }

    [TestCase("""{"Sizes":[3,2000000000,2]}""", "")]
    [TestCase("""{"Sizes":[100000,20000,2]}""", "numbers")]
    [TestCase("""{"Sizes":[3]}""", "")]
    [TestCase("""{"Sizes":null}""", "")]
    [TestCase("""{}""", "")]
    [TestCase("""{"Sizes":[3,4,2],"Extra":1}""", "cannot be read")]
    [TestCase("""{"Sizes":[3,4,2],"Activation":"Magic"}""", "cannot be read")]
    [TestCase("null", "empty")]
    [TestCase("[", "cannot be read")]
    [TestCase("""{"Sizes":[3,5,2]}""", "numbers")]
    [TestCase("""{"Sizes":[12,2]}""", "belongs to another model")]
    public void A_configuration_that_lies_is_refused_before_anything_is_built(string config, string because)
    {
        using var mlp = new Mlp([3, 4, 2], seed: 1, device: torch.CPU); // 26 numbers, as many as 12 → 2
        Safetensors.Write(FilePath, mlp.state_dict(), new Dictionary<string, string> { ["model"] = "Mlp", ["config"] = config });
        Assert.That(() => Mlp.Load(FilePath, torch.CPU), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(because));
    }

    [Test]
    public void A_huge_GPT_in_a_small_file_is_refused_before_memory_is_taken()
    {
        var tensors = new Dictionary<string, torch.Tensor> { ["x"] = torch.zeros(1, device: torch.CPU) };
        foreach (var config in new[]
        {
            """{"VocabularySize":50000,"Layers":100000,"Heads":1,"Width":10000}""",
            """{"VocabularySize":1,"BlockSize":1,"Layers":2147483647,"Heads":1,"Width":1}""",
            """{"VocabularySize":1,"BlockSize":2000000000,"Layers":1,"Heads":1,"Width":1,"Positions":"Sinusoidal"}""",
            """{"VocabularySize":1,"BlockSize":1,"Layers":2147483647,"Heads":1,"Width":20000,"FeedForwardWidth":20000}""",
        })
        {
            Safetensors.Write(FilePath, tensors, new Dictionary<string, string> { ["model"] = "Gpt", ["config"] = config });
            Assert.That(() => Gpt.Load(FilePath, torch.CPU), Throws.InstanceOf<InvalidDataException>(), config);
        }
    }

    [Test]
    public void A_missing_weight_is_named()
    {
        using var mlp = new Mlp([3, 4, 2], seed: 1, device: torch.CPU);
        mlp.Save(FilePath);
        Dictionary<string, string> metadata;
        using (var file = Safetensors.Open(FilePath))
        {
            metadata = new(file.Header.Metadata);
        }

        var state = mlp.state_dict();
        var renamed = state.ToDictionary(pair => pair.Key == "layers.1.bias" ? "layers.1.shift" : pair.Key, pair => pair.Value);
        Safetensors.Write(FilePath, renamed, metadata);
        Assert.That(() => Mlp.Load(FilePath, torch.CPU), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains("lacks 'layers.1.bias'").And.Message.Contains("no 'layers.1.shift'"));
    }
}
