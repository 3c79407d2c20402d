using Course.Layers;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TorchSharp;
using static Course.Tests.Layers.ModuleParity;

namespace Course.Tests.Layers;

/// <summary>What holds for every setting of the one family of blocks.</summary>
[TestFixture]
public class BlockTests
{
    private DisposeScope scope = null!;
    private Initialization init = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        init = new Initialization(1, torch.CPU, 0.3);
    }

    [TearDown]
    public void Close()
    {
        init.Dispose();
        scope.Dispose();
    }

    private static Gen<TransformerConfig> Configs =>
        from heads in Gen.Elements(2, 4)
        from shared in Gen.Elements(0, 1, 2)
        from headDim in Gen.Elements(2, 4)
        from layers in Gen.Choose(1, 3)
        from positions in Gen.Elements(PositionKind.None, PositionKind.Rotary, PositionKind.Alibi)
        from activation in Gen.Elements(Enum.GetValues<Activation>())
        from flags in Gen.Choose(0, 63)
        from experts in Gen.Elements(0, 0, 3)
        from feedForward in Gen.Elements(0, 6)
        select new TransformerConfig
        {
            Width = heads * headDim,
            Heads = heads,
            KeyValueHeads = shared,
            Layers = layers,
            BlockSize = 10,
            Positions = positions,
            Activation = activation,
            Gated = (flags & 1) > 0,
            Norm = (flags & 2) > 0 ? NormKind.RmsNorm : NormKind.LayerNorm,
            NormPlacement = (flags & 4) > 0 ? NormPlacement.Post : NormPlacement.Pre,
            Bias = (flags & 8) > 0,
            Attention = (flags & 16) > 0 ? AttentionKernel.WrittenOut : AttentionKernel.Fused,
            CrossAttention = (flags & 32) > 0,
            Experts = experts,
            FeedForwardWidth = feedForward,
        };

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public FsCheck.Property Any_stack_counts_its_parameters_hides_the_future_and_knows_no_batch() => Prop.ForAll(Configs.ToArbitrary(), config =>
    {
        using var inner = torch.NewDisposeScope();
        using var stack = new TransformerStack(config, init, AttentionMask.Causal);
        Assert.That(config.ParameterCount, Is.EqualTo(stack.parameters().Sum(p => p.numel())), config.ToString);
        Assert.That(stack.state_dict().Values.Sum(t => t.numel()), Is.EqualTo(config.ParameterCount));

        var input = TensorAssert.Random(1, 2, 6, config.Width);
        var memory = config.CrossAttention ? TensorAssert.Random(2, 2, 4, config.Width) : null;
        torch.Tensor Run(torch.Tensor x, torch.Tensor? m) =>
            stack.Forward(x, new BlockContext { Mask = AttentionMask.Causal, Memory = m });
        var output = Run(input, memory);
        var changed = input.clone();
        changed[0, 3, 0] += 1; // not all numbers alike: a norm would undo that
        var after = Run(changed, memory);
        TensorAssert.Near(after[1], output[1], 1e-5, "the other row");
        TensorAssert.Near(after[0].narrow(0, 0, 3), output[0].narrow(0, 0, 3), 1e-5, "the past");
        Assert.That((after[0, 3] - output[0, 3]).abs().max().item<float>(), Is.GreaterThan(1e-4), "the present");
        TensorAssert.Near(Run(input.flip(0), memory?.flip(0)).flip(0), output, 1e-5, "order of the batch");

        output.square().sum().backward();
        foreach (var (name, parameter) in stack.named_parameters())
        {
            // An expert that no token chose has no gradient.
            Assert.That(parameter.grad is not null || name.Contains("experts.experts"), Is.True, name);
        }
    });

    [Test]
    public void Without_positions_a_block_sees_a_set([Values] AttentionKernel kernel)
    {
        using var block = new TransformerBlock(new TransformerConfig { Width = 8, Heads = 2, KeyValueHeads = 1, Attention = kernel }, init);
        var input = TensorAssert.Random(1, 2, 6, 8);
        var order = torch.tensor(new long[] { 3, 1, 5, 0, 2, 4 }, device: torch.CPU);
        TensorAssert.Near(block.forward(input.index_select(1, order)), block.forward(input).index_select(1, order), 1e-5);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void Shared_heads_equal_full_attention_with_their_rows_repeated(int shared)
    {
        const int Heads = 4, HeadDim = 3, Width = 12;
        using var ours = new MultiHeadAttention(Width, Heads, init, AttentionMask.Causal, keyValueHeads: shared);
        using var full = new MultiHeadAttention(Width, Heads, init, AttentionMask.Causal);
        Randomise(ours);
        using (torch.no_grad())
        {
            foreach (var (from, to) in new[] { (ours.Qkv.Weight, full.Qkv.Weight), (ours.Qkv.Bias!, full.Qkv.Bias!) })
            {
                var parts = from.split([Width, shared * HeadDim, shared * HeadDim], 0);
                to.copy_(torch.cat([parts[0], Repeat(parts[1]), Repeat(parts[2])], 0));
            }

            full.Output.Weight.copy_(ours.Output.Weight);
            full.Output.Bias!.copy_(ours.Output.Bias!);
        }

        var input = TensorAssert.Random(2, 2, 5, Width);
        TensorAssert.Near(ours.forward(input), full.forward(input), 1e-6);

        torch.Tensor Repeat(torch.Tensor rows) => torch.cat(
            [.. Enumerable.Range(0, Heads).Select(head => rows.narrow(0, head / (Heads / shared) * HeadDim, HeadDim))], 0);
    }

    [Test]
    public void Cross_attention_equals_torchs([Values] AttentionKernel kernel)
    {
        using var ours = new MultiHeadAttention(8, 2, init, kernel: kernel);
        using var theirs = torch.nn.MultiheadAttention(8, 2);
        Randomise(ours);
        (torch.Tensor, torch.Tensor)[] parameters =
        [
            (ours.Qkv.Weight, Named(theirs, "in_proj_weight")), (ours.Qkv.Bias!, Named(theirs, "in_proj_bias")),
            (ours.Output.Weight, Named(theirs, "out_proj.weight")), (ours.Output.Bias!, Named(theirs, "out_proj.bias")),
        ];
        CopyAll(parameters);
        var (query, source) = (TensorAssert.Random(1, 2, 3, 8), TensorAssert.Random(2, 2, 5, 8));
        var record = new List<torch.Tensor>();
        var (expected, expectedWeights) = theirs.call(query.transpose(0, 1), source.transpose(0, 1), source.transpose(0, 1));
        Compare(ours.Cross(query, source, AttentionMask.None), expected.transpose(0, 1), parameters);
        ours.Cross(query, source, AttentionMask.None, record);
        TensorAssert.Near(record[0].mean([1]), expectedWeights);
    }

    [Test]
    public void RmsNorm_is_the_formula_and_its_gradients_are_right()
    {
        using var norm = new RmsNorm(5, init, epsilon: 1e-3);
        Randomise(norm, 1);
        norm.to(torch.float64);
        var input = (TensorAssert.Random(1, 2, 5).to(torch.float64) * 3).requires_grad_();
        var output = norm.forward(input).data<double>().ToArray();
        var (x, g) = (input.data<double>().ToArray(), norm.Weight.data<double>().ToArray());
        for (var i = 0; i < 10; i++)
        {
            var meanSquare = x.Skip(i / 5 * 5).Take(5).Average(v => v * v);
            Assert.That(output[i], Is.EqualTo(x[i] / Math.Sqrt(meanSquare + 1e-3) * g[i % 5]).Within(1e-9));
        }

        CheckGradient(input, () => norm.forward(input).pow(3).sum(), 1e-5);
        CheckGradient(norm.Weight, () => norm.forward(input).pow(3).sum(), 1e-5);
    }

    [Test]
    public void SwiGLU_is_the_formula_and_its_gradients_are_right()
    {
        using var layer = new FeedForward(3, 4, init, Activation.Silu, gated: true);
        Randomise(layer);
        layer.to(torch.float64);
        var input = TensorAssert.Random(1, 2, 3).to(torch.float64);
        var gate = layer.Gate!.forward(input);
        var expected = layer.Narrow.forward(gate / (1 + (-gate).exp()) * layer.Widen.forward(input));
        TensorAssert.Near(layer.forward(input), expected, 1e-12);
        foreach (var parameter in layer.parameters())
        {
            CheckGradient(parameter, () => layer.forward(input).pow(3).sum(), 1e-5);
        }
    }

    [Test]
    public void Norms_stand_where_the_configuration_says()
    {
        var input = TensorAssert.Random(1, 2, 3, 8);
        var config = new TransformerConfig { Width = 8, Heads = 2 };
        using var pre = new TransformerBlock(config, init);
        using var post = new TransformerBlock(config with { NormPlacement = NormPlacement.Post }, init);
        Randomise(pre);
        Randomise(post);
        var stream = input + pre.Attention.forward(pre.AttentionNorm.forward(input));
        TensorAssert.Near(pre.forward(input), stream + pre.FeedForward!.forward(pre.FeedForwardNorm.forward(stream)), 1e-6);
        stream = post.AttentionNorm.forward(input + post.Attention.forward(input));
        TensorAssert.Near(post.forward(input), post.FeedForwardNorm.forward(stream + post.FeedForward!.forward(stream)), 1e-6);
    }

    [Test]
    public void Floating_point_operations_are_twice_the_products()
    {
        var plain = new TransformerConfig { Width = 8, Heads = 4, Layers = 3 };
        Assert.Multiple(() =>
        {
            Assert.That(plain.ForwardFlops(5), Is.EqualTo(2 * 3 * ((5 * 12 * 64) + (2 * 8 * 25))));
            Assert.That((plain with { KeyValueHeads = 1 }).ForwardFlops(5), Is.EqualTo(plain.ForwardFlops(5) - (2 * 3 * 5 * 2 * 6 * 8)));
            Assert.That((plain with { Gated = true, FeedForwardWidth = 10 }).ForwardFlops(5), Is.EqualTo(
                2 * 3 * ((5 * ((4 * 64) + (3 * 80))) + (2 * 8 * 25))));
            Assert.That((plain with { Experts = 6 }).ForwardFlops(5), Is.EqualTo(plain.ForwardFlops(5) + (2 * 3 * 5 * ((8 * 64) + 48))));
            Assert.That((plain with { CrossAttention = true }).ForwardFlops(5, 7), Is.EqualTo(
                plain.ForwardFlops(5) + (2 * 3 * ((2 * 64 * 5) + (2 * 64 * 7) + (2 * 8 * 35)))));
        });
    }

    [Test]
    public void Every_single_setting_is_checked()
    {
        var good = new TransformerConfig { Width = 8, Heads = 2 };
        Assert.That(good.Problems(), Is.Empty);
        TransformerConfig[] bad =
        [
            good with { Width = 0 }, good with { Width = 9 }, good with { Heads = 0 }, good with { Layers = 0 }, good with { BlockSize = 0 },
            good with { KeyValueHeads = -1 }, good with { KeyValueHeads = 3 }, good with { FeedForwardWidth = -1 }, good with { Experts = -1 },
            good with { Experts = 1 }, good with { Experts = 2, ExpertsPerToken = 3 }, good with { Experts = 2, ExpertsPerToken = 0 },
            good with { Dropout = 1 }, good with { NormEpsilon = 0 }, good with { NormEpsilon = double.NaN }, good with { RotaryBase = 1 },
            good with { Positions = (PositionKind)9 }, good with { Activation = (Activation)9 }, good with { Norm = (NormKind)9 },
            good with { NormPlacement = (NormPlacement)9 }, good with { Attention = (AttentionKernel)9 },
            good with { Width = 6, Positions = PositionKind.Rotary }, good with { Width = 1 << 16, Heads = 1 },
        ];
        foreach (var config in bad)
        {
            Assert.That(config.Problems(), Has.Count.EqualTo(1), config.ToString);
            Assert.That(() => new TransformerBlock(config, init), Throws.ArgumentException, config.ToString);
            Assert.That(() => new TransformerStack(config, init), Throws.ArgumentException);
        }

        Assert.Multiple(() =>
        {
            Assert.That(() => new MultiHeadAttention(8, 4, init, keyValueHeads: 3), Throws.ArgumentException.With.Message.Contains("share 3"));
            Assert.That(() => new MultiHeadAttention(8, 4, init, keyValueHeads: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RmsNorm(0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new RmsNorm(4, init, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Course.Layers.LayerNorm(4, init, epsilon: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Norm.Create((NormKind)5, 4, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
        using var cross = new TransformerBlock(good with { CrossAttention = true }, init);
        Assert.That(() => cross.forward(TensorAssert.Random(1, 1, 2, 8)), Throws.ArgumentException.With.Message.Contains("no memory"));
    }

    [Test]
    public void The_configuration_speaks() => Assert.That(
        new TransformerConfig { Width = 8, Heads = 4, KeyValueHeads = 2, Layers = 3, Gated = true, Activation = Activation.Silu, Experts = 4, Norm = NormKind.RmsNorm }.ToString(),
        Is.EqualTo("3 layers × 4 heads (2 of keys and values), width 8, feed-forward 24 (gated Silu, 2 of 4 experts), pre-RmsNorm, with bias, dropout 0"));
}
