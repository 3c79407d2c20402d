using Course.Layers;
using Course.Models;
using Course.Tests.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class RecurrentLanguageModelTests
{
    private static readonly RecurrentConfig Small = new() { VocabularySize = 13, BlockSize = 8, Layers = 2, Width = 10 };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void The_parameter_count_equals_the_built_models([Values] RecurrentKind kind, [Values] bool tied)
    {
        var config = Small with { Kind = kind, TieWeights = tied };
        using var model = new RecurrentLanguageModel(config, device: torch.CPU);
        Assert.That(config.ParameterCount, Is.EqualTo(model.parameters().Sum(p => p.numel())));
        Assert.That(config.ToString(), Does.Contain($"{config.ParameterCount:N0} parameters").And.Contain(kind.ToString().ToUpperInvariant()));
    }

    [TestCase(RecurrentKind.Rnn, ExpectedResult = 2.0 * ((2 * 2 * 100) + 130))]
    [TestCase(RecurrentKind.Gru, ExpectedResult = 2.0 * ((2 * 3 * 2 * 100) + 130))]
    [TestCase(RecurrentKind.Lstm, ExpectedResult = 2.0 * ((2 * 4 * 2 * 100) + 130))]
    public double Operations_are_twice_the_products(RecurrentKind kind) => (Small with { Kind = kind }).ForwardFlopsPerToken;

    [Test]
    public void It_cannot_see_the_future_and_the_batch_has_no_order([Values] RecurrentKind kind)
    {
        using var model = new RecurrentLanguageModel(Small with { Kind = kind }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 3, 8);
        var before = model.Logits(tokens);
        var changed = tokens.clone();
        changed[0, 4] = (changed[0, 4] + 1) % 13;
        var after = model.Logits(changed);
        TensorAssert.Near(after[0].narrow(0, 0, 4), before[0].narrow(0, 0, 4), 1e-6);
        Assert.That((after[0].narrow(0, 4, 4) - before[0].narrow(0, 4, 4)).abs().amax([1]).min().item<float>(), Is.GreaterThan(1e-6));
        TensorAssert.Near(model.Logits(tokens.flip(0)).flip(0), before, 1e-6);
    }

    [Test]
    public void A_text_read_token_by_token_and_one_with_padding_give_the_same_logits([Values] RecurrentKind kind)
    {
        using var model = new RecurrentLanguageModel(Small with { Kind = kind }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 6);
        var expected = model.Logits(tokens);
        IReadOnlyList<RecurrentState>? states = null;
        for (var t = 0; t < 6; t++)
        {
            (var logits, states) = model.Read(tokens.narrow(1, t, 1), states);
            TensorAssert.Near(logits.select(1, 0), expected.select(1, t), 1e-6);
        }

        var padded = torch.cat([torch.full([2, 2], 7L, device: torch.CPU), tokens], 1);
        var isReal = torch.tensor(Enumerable.Range(0, 16).Select(i => i % 8 >= 2).ToArray(), [2, 8], device: torch.CPU);
        TensorAssert.Near(model.Logits(padded, isReal).narrow(1, 2, 6), expected, 1e-6);
        TensorAssert.Near(model.NextLogits(tokens), expected.select(1, -1), 1e-6);
    }

    [Test]
    public void Dropout_works_while_training_only_and_memory_is_returned()
    {
        using var model = new RecurrentLanguageModel(Small with { Dropout = 0.5 }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 6);
        Assert.That(model.Logits(tokens).equal(model.Logits(tokens)).all().item<bool>(), Is.False);
        var counts = new HashSet<long>();
        for (var i = 0; i < 3; i++)
        {
            using (torch.NewDisposeScope())
            {
                model.Loss(tokens, tokens).backward();
            }

            counts.Add(torch.Tensor.TotalCount);
        }

        Assert.That(counts, Has.Count.EqualTo(1));
        model.eval();
        TensorAssert.Same(model.Logits(tokens), model.Logits(tokens));
    }

    [Test]
    public void It_is_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecurrentLanguageModel(Small with { TieWeights = false }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 6);
        model.Save(folder.At("m.safetensors"));
        using var loaded = RecurrentLanguageModel.Load(folder.At("m.safetensors"), torch.CPU);
        Assert.That(loaded.Config, Is.EqualTo(model.Config));
        TensorAssert.Same(loaded.Logits(tokens), model.Logits(tokens));
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        using var model = new RecurrentLanguageModel(Small, seed: 1, torch.CPU);
        Assert.That(() => model.Logits(TensorAssert.RandomTokens(1, 13, 1, 9)), Throws.ArgumentException.With.Message.Contains("at most 8"));
        RecurrentConfig[] bad =
        [
            Small with { VocabularySize = 0 }, Small with { Kind = (RecurrentKind)8 }, Small with { BlockSize = 0 }, Small with { Layers = 0 },
            Small with { Width = 0 }, Small with { Dropout = 1 }, Small with { InitialDeviation = double.NaN }, Small with { Width = 1 << 20 },
        ];
        foreach (var config in bad)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1), config.ToString);
            Assert.That(() => new RecurrentLanguageModel(config, device: torch.CPU), Throws.ArgumentException);
        }
    }
}
