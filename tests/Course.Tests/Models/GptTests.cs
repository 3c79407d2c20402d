using Course.Layers;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class GptTests
{
    private static readonly GptConfig Small = new()
    {
        VocabularySize = 13,
        BlockSize = 8,
        Layers = 2,
        Heads = 2,
        Width = 16,
        Bias = true,
    };

    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void The_first_loss_is_that_of_a_uniform_guess()
    {
        using var gpt = new Gpt(Small with { VocabularySize = 50, Width = 64, InitialDeviation = 0.02 }, seed: 1, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 50, 16, 8);
        Assert.That(gpt.Loss(tokens, TensorAssert.RandomTokens(2, 50, 16, 8)).item<float>(), Is.EqualTo(Math.Log(50)).Within(0.1));
    }

    [Test]
    public void The_same_seed_gives_the_same_weights_whatever_else_was_drawn()
    {
        using var first = new Gpt(Small, seed: 5, torch.CPU);
        torch.random.manual_seed(123).Dispose();
        torch.rand(10, device: torch.CPU).Dispose();
        using var second = new Gpt(Small, seed: 5, torch.CPU);
        using var other = new Gpt(Small, seed: 6, torch.CPU);
        foreach (var (name, weights) in first.state_dict())
        {
            TensorAssert.Same(weights, second.state_dict()[name], name);
        }

        Assert.That(first.Tokens.Weight.equal(other.Tokens.Weight).any().item<bool>(), Is.False);
    }

    [Test]
    public void Initial_weights_have_the_spread_that_is_asked_for()
    {
        using var small = new Gpt(Small with { InitialDeviation = 0.02 }, seed: 1, torch.CPU);
        using var large = new Gpt(Small with { InitialDeviation = 0.1 }, seed: 1, torch.CPU);
        TensorAssert.Near(large.Tokens.Weight, small.Tokens.Weight * 5, 1e-6);
        TensorAssert.Near(large.Blocks[1].Attention.Output.Weight, small.Blocks[1].Attention.Output.Weight * 5, 1e-6);
    }

    [TestCase(0, 0.7 / 11.313708)]
    [TestCase(0.02, 0.02)]
    public void Initial_weights_have_a_spread_that_suits_the_width_or_the_one_asked_for(double deviation, double expected)
    {
        var config = Small with { Layers = 8, Width = 128, VocabularySize = 200, InitialDeviation = deviation };
        using var gpt = new Gpt(config, seed: 1, torch.CPU);
        var block = gpt.Blocks[3];
        // The standard deviation of a sample of n has itself a deviation of about σ/√(2n): five of them is the bound.
        Assert.Multiple(() =>
        {
            HasSpread(gpt.Tokens.Weight, expected);
            HasSpread(block.Attention.Qkv.Weight, expected);
            HasSpread(block.FeedForward!.Widen.Weight, expected);
            HasSpread(block.Attention.Output.Weight, expected / 4);
            HasSpread(block.FeedForward!.Narrow.Weight, expected / 4);
            Assert.That(block.Attention.Qkv.Bias!.count_nonzero().item<long>(), Is.Zero);
            TensorAssert.Same(block.AttentionNorm.Weight, torch.ones(128, device: torch.CPU));
        });

        static void HasSpread(torch.Tensor weight, double expected) => Assert.That(
            weight.std().item<float>(), Is.EqualTo(expected).Within(5 * expected / Math.Sqrt(2.0 * weight.numel())));
    }

    [TestCase(AttentionKernel.Fused)]
    [TestCase(AttentionKernel.WrittenOut)]
    public void A_causal_model_cannot_see_the_future(AttentionKernel kernel)
    {
        using var gpt = new Gpt(Small with { Attention = kernel }, seed: 2, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 2, 8);
        var before = gpt.Logits(tokens);
        for (var t = 0; t < 8; t++)
        {
            var changed = tokens.clone();
            changed[0, t] = (tokens[0, t] + 1) % 13;
            var after = gpt.Logits(changed);
            TensorAssert.Same(after[1], before[1], "the other row of the batch");
            if (t > 0)
            {
                TensorAssert.Near(after[0].narrow(0, 0, t), before[0].narrow(0, 0, t), 1e-6);
            }

            Assert.That((after[0, t] - before[0, t]).abs().max().item<float>(), Is.GreaterThan(1e-4), $"position {t} itself must change");
        }
    }

    [Test]
    public void Without_the_causal_mask_it_sees_both_sides()
    {
        using var gpt = new Gpt(Small with { Causal = false }, seed: 2, torch.CPU);
        var tokens = TensorAssert.RandomTokens(1, 13, 1, 8);
        var before = gpt.Logits(tokens);
        tokens[0, 7] = (tokens[0, 7] + 1) % 13;
        var difference = (gpt.Logits(tokens) - before).abs().amax([0, 2]);
        Assert.That(difference.min().item<float>(), Is.GreaterThan(1e-7), "every position must notice a change at the end");
    }

    [Test]
    public void Without_positions_it_sees_a_set_and_with_them_a_row()
    {
        var tokens = torch.tensor(new long[] { 3, 1, 4, 5, 9, 2, 6 }, [1, 7], device: torch.CPU);
        var order = torch.tensor(new long[] { 6, 2, 0, 5, 3, 1, 4 }, device: torch.CPU);
        var shuffled = tokens.index_select(1, order);
        foreach (var kind in Enum.GetValues<PositionKind>())
        {
            using var gpt = new Gpt(Small with { Causal = false, Positions = kind, InitialDeviation = 0.2 }, seed: 3, torch.CPU);
            var difference = (gpt.Logits(shuffled) - gpt.Logits(tokens).index_select(1, order)).abs().max().item<float>();
            Assert.That(difference, kind == PositionKind.None ? Is.LessThan(1e-5) : Is.GreaterThan(1e-2), $"{kind}");
        }
    }

    [Test]
    public void The_order_of_the_batch_does_not_matter()
    {
        using var gpt = new Gpt(Small, seed: 3, torch.CPU);
        var tokens = TensorAssert.RandomTokens(4, 13, 5, 8);
        var order = torch.tensor(new long[] { 4, 2, 0, 3, 1 }, device: torch.CPU);
        TensorAssert.Near(gpt.Logits(tokens.index_select(0, order)), gpt.Logits(tokens).index_select(0, order), 1e-6);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Padding_on_the_right_changes_nothing(bool causal)
    {
        using var gpt = new Gpt(Small with { Causal = causal }, seed: 3, torch.CPU);
        var tokens = TensorAssert.RandomTokens(4, 13, 2, 5);
        var padding = torch.full([2, 3], 7L, device: torch.CPU);
        var isReal = torch.tensor(Enumerable.Range(0, 16).Select(i => i % 8 < 5).ToArray(), [2, 8], device: torch.CPU);
        var padded = torch.cat([tokens, padding], 1);
        TensorAssert.Near(gpt.Logits(padded, isReal).narrow(1, 0, 5), gpt.Logits(tokens));
        var targets = torch.cat([tokens, torch.full([2, 3], -100L, device: torch.CPU)], 1);
        TensorAssert.Near(gpt.Loss(padded, targets, isReal), gpt.Loss(tokens, tokens));
    }

    [Test]
    public void Attention_weights_of_every_layer_are_shares()
    {
        using var gpt = new Gpt(Small with { Dropout = 0.5 }, seed: 3, torch.CPU);
        var tokens = TensorAssert.RandomTokens(4, 13, 2, 6);
        var layers = gpt.AttentionWeights(tokens);
        Assert.That(layers, Has.Count.EqualTo(2));
        foreach (var weights in layers)
        {
            Assert.That(weights.shape, Is.EqualTo(new long[] { 2, 2, 6, 6 }));
            TensorAssert.Near(weights.sum(-1), torch.ones([2, 2, 6], device: torch.CPU), 1e-6);
            TensorAssert.Same(weights.triu(1), torch.zeros_like(weights), "nobody looks into the future");
        }

        Assert.That(gpt.training, Is.True, "the mode is as it was before");
        TensorAssert.Same(gpt.AttentionWeights(tokens)[1], layers[1], "dropout does not show in pictures");
    }

    [Test]
    public void Asking_for_the_weights_does_not_change_the_vectors()
    {
        using var gpt = new Gpt(Small, seed: 3, torch.CPU);
        var tokens = TensorAssert.RandomTokens(4, 13, 2, 6);
        TensorAssert.Near(gpt.Vectors(tokens, record: []), gpt.Vectors(tokens));
    }

    [Test]
    public void The_memory_of_calls_is_returned()
    {
        using var gpt = new Gpt(Small, seed: 3, torch.CPU);
        var tokens = TensorAssert.RandomTokens(4, 13, 2, 6);
        long[] counts = [0, 0, 0];
        for (var i = 0; i < counts.Length; i++)
        {
            using (torch.NewDisposeScope())
            {
                gpt.Loss(tokens, tokens).backward();
                gpt.AttentionWeights(tokens);
            }

            counts[i] = torch.Tensor.TotalCount;
        }

        Assert.That(counts.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Only_results_reach_the_callers_scope()
    {
        using var gpt = new Gpt(Small, seed: 3, torch.CPU);
        var tokens = TensorAssert.RandomTokens(4, 13, 2, 6);
        using var inner = torch.NewDisposeScope();
        gpt.Logits(tokens);
        Assert.That(inner.DisposablesCount, Is.EqualTo(1));
        gpt.AttentionWeights(tokens);
        Assert.That(inner.DisposablesCount, Is.EqualTo(1 + Small.Layers));
    }

    [TestCase(true, PositionKind.Learned)]
    [TestCase(false, PositionKind.Sinusoidal)]
    public void Forward_and_backward_make_no_tensor_on_the_CPU_by_mistake(bool causal, PositionKind positions)
    {
        // The meta device computes shapes only and refuses to mix with tensors from elsewhere: as a GPU would.
        var meta = new torch.Device(DeviceType.META);
        var config = Small with
        {
            Causal = causal,
            Positions = positions,
            Attention = AttentionKernel.WrittenOut,
            Dropout = 0.1,
            TieWeights = causal,
        };
        using var gpt = new Gpt(config, seed: 1, meta);
        var tokens = torch.zeros([2, 6], torch.int64, device: meta);
        var isReal = torch.ones([2, 6], torch.@bool, device: meta);
        var loss = gpt.Loss(tokens, tokens, isReal);
        loss.backward();
        Assert.That(loss.device_type, Is.EqualTo(DeviceType.META));
        foreach (var (name, parameter) in gpt.named_parameters())
        {
            Assert.That(parameter.device_type, Is.EqualTo(DeviceType.META), name);
            Assert.That(parameter.grad?.shape, Is.EqualTo(parameter.shape), name);
        }
    }

    [Test]
    public void Tied_weights_get_the_gradient_of_both_uses()
    {
        using var tied = new Gpt(Small, seed: 1, torch.CPU);
        using var untied = new Gpt(Small with { TieWeights = false }, seed: 1, torch.CPU);
        using (torch.no_grad())
        {
            untied.HeadWeight.copy_(tied.Tokens.Weight);
        }

        var tokens = TensorAssert.RandomTokens(4, 13, 2, 6);
        tied.Loss(tokens, tokens).backward();
        untied.Loss(tokens, tokens).backward();
        TensorAssert.Near(tied.Tokens.Weight.grad!, untied.Tokens.Weight.grad! + untied.HeadWeight.grad!, 1e-6);
        Assert.That(tied.state_dict().Keys, Has.None.Contains("head"));
    }

    [Test]
    public void Input_that_does_not_fit_is_refused_in_words()
    {
        using var gpt = new Gpt(Small, seed: 1, torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => gpt.Logits(TensorAssert.RandomTokens(1, 13, 1, 9)),
                Throws.ArgumentException.With.Message.Contains("9 tokens").And.Message.Contains("at most 8"));
            Assert.That(() => gpt.Logits(TensorAssert.RandomTokens(1, 13, 5)), Throws.ArgumentException.With.Message.Contains("(batch, time)"));
            Assert.That(() => gpt.Logits(torch.zeros([1, 3], device: torch.CPU)), Throws.ArgumentException.With.Message.Contains("int64"));
        });
    }
}
