using Course.Layers;
using Course.Models;
using Course.Tests.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class BertTests
{
    private static readonly BertConfig Small = new()
    {
        VocabularySize = 13,
        BlockSize = 8,
        Layers = 2,
        Heads = 2,
        Width = 16,
        Classes = 3,
    };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void BERT_base_has_its_published_parameters()
    {
        // Hugging Face's BertForMaskedLM, and BertForPreTraining with its pooler and two classes.
        Assert.That(BertConfig.Base.ParameterCount, Is.EqualTo(109_514_298));
        Assert.That((BertConfig.Base with { Classes = 2 }).ParameterCount, Is.EqualTo(110_106_428));
        Assert.That(BertConfig.Base.ToString(), Does.Contain("109,514,298 parameters").And.Contain("post-LayerNorm"));
    }

    [Test]
    public void The_parameter_count_equals_the_built_models(
        [Values(0, 3)] int classes, [Values] NormPlacement placement, [Values(1, 2)] int segments, [Values(0, 5)] int feedForward)
    {
        var config = Small with { Classes = classes, NormPlacement = placement, Segments = segments, FeedForwardWidth = feedForward };
        using var bert = new Bert(config, device: new torch.Device(DeviceType.META));
        Assert.That(config.ParameterCount, Is.EqualTo(bert.parameters().Sum(p => p.numel())));
    }

    [Test]
    public void It_is_the_sum_of_its_parts()
    {
        using var bert = new Bert(Small, seed: 1, torch.CPU);
        Layers.ModuleParity.Randomise(bert);
        var p = bert.named_parameters().ToDictionary(x => x.name, x => (torch.Tensor)x.parameter);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 6);
        var segment = TensorAssert.RandomTokens(2, 2, 2, 6);
        var words = p["tokens.weight"][tokens] + p["positions.weight"].narrow(0, 0, 6) + p["segments.weight"][segment];
        var vectors = LayerNorm.WrittenOut(words, p["embeddingNorm.weight"], p["embeddingNorm.bias"], 1e-12);
        foreach (var block in bert.Stack.Blocks)
        {
            vectors = block.forward(vectors);
        }

        TensorAssert.Near(bert.Vectors(tokens, segment: segment), vectors, 1e-5);
        var pooled = torch.nn.functional.linear(vectors.select(1, 0), p["pooler.weight"], p["pooler.bias"]).tanh();
        TensorAssert.Near(
            bert.Classify(tokens, segment: segment),
            torch.nn.functional.linear(pooled, p["classifier.weight"], p["classifier.bias"]), 1e-5);
        var first = bert.Vectors(tokens);
        var head = torch.nn.functional.linear(first, p["transform.weight"], p["transform.bias"]).gelu();
        head = LayerNorm.WrittenOut(head, p["transformNorm.weight"], p["transformNorm.bias"], 1e-12);
        TensorAssert.Near(bert.Logits(tokens), head.matmul(p["tokens.weight"].t()) + p["headBias"], 1e-4);
        TensorAssert.Near(bert.Vectors(tokens, segment: torch.zeros_like(tokens)), first, 1e-6);
    }

    [Test]
    public void Padding_on_either_side_is_not_seen_and_the_batch_has_no_order()
    {
        using var bert = new Bert(Small, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 5);
        var padded = torch.cat([tokens, torch.full([2, 3], 7L, device: torch.CPU)], 1);
        var isReal = torch.tensor(Enumerable.Range(0, 16).Select(i => i % 8 < 5).ToArray(), [2, 8], device: torch.CPU);
        TensorAssert.Near(bert.Logits(padded, isReal).narrow(1, 0, 5), bert.Logits(tokens));
        TensorAssert.Near(bert.Classify(padded, isReal), bert.Classify(tokens));
        TensorAssert.Near(bert.Logits(tokens.flip(0)).flip(0), bert.Logits(tokens), 1e-6);
        foreach (var weights in bert.AttentionWeights(padded, isReal))
        {
            Assert.That(weights.narrow(3, 5, 3).count_nonzero().item<long>(), Is.Zero);
            TensorAssert.Near(weights.sum(-1), torch.ones([2, 2, 8], device: torch.CPU), 1e-6);
        }
    }

    [Test]
    public void Every_parameter_learns_and_memory_is_returned()
    {
        using var bert = new Bert(Small with { Dropout = 0.1 }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 6);
        var counts = new HashSet<long>();
        for (var i = 0; i < 3; i++)
        {
            using (torch.NewDisposeScope())
            {
                var labels = torch.tensor(new long[] { 0, 2 }, device: torch.CPU);
                (bert.Loss(tokens, tokens) + torch.nn.functional.cross_entropy(bert.Classify(tokens), labels)).backward();
                bert.AttentionWeights(tokens);
            }

            counts.Add(torch.Tensor.TotalCount);
        }

        Assert.That(counts, Has.Count.EqualTo(1));
        Assert.That(bert.parameters().All(p => p.grad is not null), Is.True);
    }

    [Test]
    public void It_is_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using var bert = new Bert(Small, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 6);
        bert.Save(folder.At("bert.safetensors"));
        using var loaded = Bert.Load(folder.At("bert.safetensors"), torch.CPU);
        Assert.That(loaded.Config, Is.EqualTo(Small));
        TensorAssert.Same(loaded.Logits(tokens), bert.Logits(tokens));
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        using var bert = new Bert(Small with { Classes = 0 }, seed: 1, torch.CPU);
        Assert.That(() => bert.Classify(TensorAssert.RandomTokens(1, 13, 1, 4)), Throws.InvalidOperationException.With.Message.Contains("Classes"));
        Assert.That(() => bert.Logits(TensorAssert.RandomTokens(1, 13, 1, 9)), Throws.ArgumentException.With.Message.Contains("at most 8"));
        BertConfig[] bad =
        [
            Small with { VocabularySize = 0 }, Small with { Segments = 0 }, Small with { Classes = -1 }, Small with { InitialDeviation = -1 },
            Small with { InitialDeviation = double.NaN }, Small with { Heads = 3 }, Small with { Dropout = 1 }, Small with { NormEpsilon = 0 },
            Small with { VocabularySize = int.MaxValue },
        ];
        foreach (var config in bad)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1), config.ToString);
            Assert.That(() => new Bert(config, device: torch.CPU), Throws.ArgumentException);
        }
    }
}
