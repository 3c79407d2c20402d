using Course.Layers;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Layers;

/// <summary>What layers promise beside their arithmetic.</summary>
[TestFixture]
public class LayerTests
{
    private DisposeScope scope = null!;
    private Initialization init = null!;

    [SetUp]
    public void Open()
    {
        scope = torch.NewDisposeScope();
        init = new Initialization(1, torch.CPU);
    }

    [TearDown]
    public void Close()
    {
        init.Dispose();
        scope.Dispose();
    }

    [Test]
    public void Initialization_depends_on_its_seed_only()
    {
        using var first = new Initialization(7, torch.CPU);
        using var second = new Initialization(7, torch.CPU);
        using var third = new Initialization(-7, torch.CPU);
        var expected = first.Normal(3, 4);
        torch.randn(5, device: torch.CPU).Dispose();
        TensorAssert.Same(second.Normal(3, 4), expected);
        Assert.That(third.Normal(3, 4).equal(expected).any().item<bool>(), Is.False);
        Assert.That(first.Normal(3, 4).equal(expected).any().item<bool>(), Is.False, "the next parameter is another");
    }

    [Test]
    public void Initial_weights_have_the_spread_asked_for()
    {
        // The deviation of a sample of n has itself a deviation of about σ/√(2n): five of them are the bound.
        HasDeviation(init.Normal(200, 300), 0.02);
        HasDeviation(init.He(200, 300), Math.Sqrt(2.0 / 300));
        HasDeviation(init.Glorot(200, 300), Math.Sqrt(2.0 / 500));
        Assert.That(Initialization.ResidualScale(8), Is.EqualTo(0.25));
        using var wide = new Initialization(1, torch.CPU, standardDeviation: 0.5);
        using var layer = new Course.Layers.Linear(300, 200, wide, scale: 0.1);
        HasDeviation(layer.Weight, 0.05);

        static void HasDeviation(torch.Tensor weight, double expected)
        {
            var bound = 5 * expected / Math.Sqrt(2.0 * weight.numel());
            Assert.That(weight.std().item<float>(), Is.EqualTo(expected).Within(bound));
            Assert.That(weight.mean().item<float>(), Is.EqualTo(0).Within(5 * expected / Math.Sqrt(weight.numel())));
            Assert.That(weight.requires_grad, Is.True);
        }
    }

    [Test]
    public void Parameters_outlive_the_scope_they_were_made_in()
    {
        Course.Layers.Linear layer;
        using (torch.NewDisposeScope())
        {
            layer = new Course.Layers.Linear(2, 3, init);
        }

        Assert.That(layer.forward(torch.ones([1, 2], device: torch.CPU)).shape, Is.EqualTo(new long[] { 1, 3 }));
        layer.Dispose();
        Assert.That(layer.Weight.IsInvalid, Is.True, "and end with their layer");
    }

    [Test]
    public void Layers_can_be_moved_to_another_number_type()
    {
        using var block = new TransformerBlock(new TransformerConfig { Width = 8, Heads = 2, FeedForwardWidth = 16 }, init);
        var input = TensorAssert.Random(1, 2, 5, 8);
        var expected = block.forward(input);
        block.to(torch.float64);
        Assert.That(block.parameters().All(p => p.dtype == torch.float64), Is.True);
        TensorAssert.Near(block.forward(input.to(torch.float64)), expected.to(torch.float64), 1e-6);
    }

    [Test]
    public void Dropout_works_while_training_only()
    {
        using var block = new TransformerBlock(
            new TransformerConfig { Width = 8, Heads = 2, FeedForwardWidth = 16, Dropout = 0.5 }, init);
        var input = TensorAssert.Random(1, 2, 5, 8);
        Assert.That(block.forward(input).equal(block.forward(input)).all().item<bool>(), Is.False);
        block.eval();
        TensorAssert.Same(block.forward(input), block.forward(input));
    }

    [TestCase(AttentionKernel.Fused)]
    [TestCase(AttentionKernel.WrittenOut)]
    public void Dropout_of_attention_keeps_the_mean(AttentionKernel kernel)
    {
        using var attention = new MultiHeadAttention(4, 1, init, dropout: 0.3, kernel: kernel);
        var input = TensorAssert.Random(1, 1, 6, 4);
        var outputs = Enumerable.Range(0, 1000).Select(_ => attention.forward(input)).ToArray();
        var all = torch.stack(outputs);
        attention.eval();
        var difference = (all.mean([0]) - attention.forward(input)).abs();
        // The mean of n outputs has a deviation of σ/√n; five of them are the bound.
        Assert.That((difference - (all.std(0) * (5 / Math.Sqrt(1000)))).max().item<float>(), Is.LessThanOrEqualTo(1e-7));
        Assert.That(all.std(0).min().item<float>(), Is.GreaterThan(0), "there is dropout");
    }

    [Test]
    public void Tokens_outside_the_table_are_refused()
    {
        using var table = new Course.Layers.Embedding(5, 3, init);
        foreach (var token in new long[] { -1, 5, 1L << 40 })
        {
            Assert.That(() => table.forward(torch.tensor(new[] { token }, device: torch.CPU)), Throws.Exception, $"{token}");
        }
    }

    [Test]
    public void Sizes_that_make_no_sense_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Course.Layers.Linear(0, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Course.Layers.Linear(3, -1, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Course.Layers.LayerNorm(0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Course.Layers.Embedding(0, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new FeedForward(3, 0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Positions(PositionKind.Learned, 0, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Positions((PositionKind)9, 3, 3, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MultiHeadAttention(10, 3, init), Throws.ArgumentException.With.Message.Contains("3 heads cannot share a width of 10"));
            Assert.That(() => new MultiHeadAttention(10, 0, init), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MultiHeadAttention(4, 2, init, dropout: 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Initialization(1, torch.CPU, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Initialization.ResidualScale(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => ((Activation)9).Apply(torch.ones(1, device: torch.CPU)), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Gelu"));
        });
        using var attention = new MultiHeadAttention(4, 2, init);
        Assert.That(() => attention.forward(torch.ones([2, 4], device: torch.CPU)), Throws.ArgumentException.With.Message.Contains("(batch, time, 4)"));
    }
}
