using Course.Layers;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class GptConfigTests
{
    [Test]
    public void The_parameter_count_equals_the_built_models(
        [Values] bool bias, [Values] bool tied, [Values] PositionKind positions, [Values(0, 40)] int feedForward)
    {
        var config = new GptConfig
        {
            VocabularySize = 17,
            BlockSize = 6,
            Layers = 3,
            Heads = 2,
            Width = 12,
            Bias = bias,
            TieWeights = tied,
            Positions = positions,
            FeedForwardWidth = feedForward,
        };
        using var gpt = new Gpt(config, seed: 0, new torch.Device(DeviceType.META));
        Assert.That(config.ParameterCount, Is.EqualTo(gpt.parameters().Sum(parameter => parameter.numel())));
        Assert.That(gpt.state_dict().Values.Sum(tensor => tensor.numel()), Is.EqualTo(
            config.ParameterCount + (positions == PositionKind.Sinusoidal ? 72 : 0)));
    }

    [Test]
    public void GPT_2_has_its_published_124_million_parameters()
    {
        var config = new GptConfig
        {
            VocabularySize = 50257,
            BlockSize = 1024,
            Layers = 12,
            Heads = 12,
            Width = 768,
            Bias = true,
        };
        Assert.That(config.ParameterCount, Is.EqualTo(124_439_808));
        Assert.That(config.ToString(), Does.Contain("124,439,808 parameters"));
    }

    [Test]
    public void Llamas_have_their_published_parameters()
    {
        var large = GptConfig.Llama(32_000, layers: 32, heads: 32, width: 4096, feedForwardWidth: 11_008, blockSize: 4096, tieWeights: false);
        var tiny = GptConfig.Llama(
            32_000, layers: 22, heads: 32, width: 2048, keyValueHeads: 4, feedForwardWidth: 5632, blockSize: 2048, tieWeights: false);
        Assert.That(large.ParameterCount, Is.EqualTo(6_738_415_616), "Llama 2 7B");
        Assert.That(tiny.ParameterCount, Is.EqualTo(1_100_048_384), "TinyLlama 1.1B");
        Assert.That(tiny.ToString(), Does.Contain("(4 of keys and values)").And.Contain("gated Silu").And.Contain("pre-RmsNorm"));
        Assert.That(GptConfig.Gpt2().ParameterCount, Is.EqualTo(124_439_808));
    }

    [Test]
    public void Training_costs_about_six_operations_per_parameter_and_token()
    {
        // Hoffmann et al.: C ≈ 6·N·D. At short context and with a table that counts once, as here, it must be close.
        var config = new GptConfig { VocabularySize = 1000, BlockSize = 16, Layers = 8, Heads = 8, Width = 512 };
        Assert.That(config.TrainingFlopsPerToken / (6.0 * config.ParameterCount), Is.EqualTo(1).Within(0.02));
    }

    [TestCase(1, 1, ExpectedResult = 2.0 * ((12 * 64) + (5 * 8)) + (4 * 8))]
    [TestCase(3, 7, ExpectedResult = 2.0 * ((3 * 12 * 64) + (5 * 8)) + (3 * 4 * 8 * 7))]
    public double Forward_operations_are_twice_the_products(int layers, int context) =>
        new GptConfig { VocabularySize = 5, BlockSize = context, Layers = layers, Heads = 2, Width = 8 }.ForwardFlopsPerToken;

    [Test]
    public void Nonsense_is_refused_with_a_sentence_for_each_problem()
    {
        var config = new GptConfig { VocabularySize = 0, Heads = 3, Width = 128, Dropout = double.NaN, Layers = -1 };
        Assert.That(config.Problems(), Has.Count.EqualTo(4));
        Assert.That(() => new Gpt(config, device: torch.CPU), Throws.ArgumentException
            .With.Message.Contains("3 heads cannot share a width of 128")
            .And.Message.Contains("vocabulary size is 0")
            .And.Message.Contains("dropout is NaN")
            .And.Message.Contains("-1 layers"));
    }

    [Test]
    public void Every_single_setting_is_checked()
    {
        var good = new GptConfig { VocabularySize = 5 };
        Assert.That(good.Problems(), Is.Empty);
        GptConfig[] bad =
        [
            good with { VocabularySize = -1 }, good with { BlockSize = 0 }, good with { Layers = 0 }, good with { Heads = 0 },
            good with { Width = 0 }, good with { FeedForwardWidth = -1 }, good with { Dropout = 1 }, good with { Dropout = -0.1 },
            good with { Positions = (PositionKind)99 }, good with { Activation = (Activation)99 },
            good with { Attention = (AttentionKernel)99 }, good with { InitialDeviation = -0.1 }, good with { InitialDeviation = double.NaN },
            good with { VocabularySize = int.MaxValue }, good with { BalanceWeight = -1 }, good with { BalanceWeight = double.NaN },
            good with { KeyValueHeads = 3 }, good with { Experts = 1 }, good with { NormEpsilon = 0 }, good with { RotaryBase = 0 },
        ];
        foreach (var config in bad)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1), config.ToString);
        }
    }
}
