using Course.Layers;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Layers;

[TestFixture]
public class RotaryTests
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

    [TestCase(10_000)]
    [TestCase(100)]
    public void Pairs_are_turned_by_the_angles_of_the_paper(double rotaryBase)
    {
        const int Time = 9, HeadDim = 6;
        using var rotary = new Rotary(Time, HeadDim, torch.CPU, rotaryBase);
        var input = TensorAssert.Random(1, 2, 3, Time, HeadDim);
        var output = rotary.Turn(input);
        for (var p = 0; p < Time; p++)
        {
            for (var i = 0; i < HeadDim; i += 2)
            {
                var angle = p * Math.Pow(rotaryBase, -(double)i / HeadDim);
                double a = input[1, 2, p, i].item<float>(), b = input[1, 2, p, i + 1].item<float>();
                Assert.That(output[1, 2, p, i].item<float>(), Is.EqualTo((a * Math.Cos(angle)) - (b * Math.Sin(angle))).Within(1e-6));
                Assert.That(output[1, 2, p, i + 1].item<float>(), Is.EqualTo((a * Math.Sin(angle)) + (b * Math.Cos(angle))).Within(1e-6));
            }
        }
    }

    [Test]
    public void Products_depend_on_the_distance_only_and_lengths_stay()
    {
        using var rotary = new Rotary(50, 8, torch.CPU);
        var (query, key) = (TensorAssert.Random(1, 1, 8), TensorAssert.Random(2, 1, 8));
        var products = rotary.Turn(query.expand(50, 8)).matmul(rotary.Turn(key.expand(50, 8)).t()); // (query position, key position)
        for (var distance = -20; distance <= 20; distance++)
        {
            var diagonal = products.diagonal(distance);
            Assert.That((diagonal.max() - diagonal.min()).item<float>(), Is.LessThan(1e-4), $"{distance}");
        }

        TensorAssert.Near(rotary.Turn(query, 31).norm(), query.norm());
        TensorAssert.Near(rotary.Turn(query.expand(4, 8), 7), rotary.Turn(query.expand(11, 8)).narrow(0, 7, 4), 1e-6);
    }

    [Test]
    public void Gradients_equal_finite_differences()
    {
        using var rotary = new Rotary(5, 4, torch.CPU);
        var input = TensorAssert.Random(1, 2, 3, 4).to(torch.float64).requires_grad_();
        ModuleParity.CheckGradient(input, () => rotary.Turn(input, 1).pow(3).sum());
    }

    [Test]
    public void Few_bits_do_not_blur_the_angles()
    {
        using var rotary = new Rotary(1000, 8, torch.CPU);
        var input = TensorAssert.Random(1, 1000, 8);
        var half = rotary.Turn(input.to(torch.bfloat16));
        Assert.That(half.dtype, Is.EqualTo(torch.bfloat16));
        // bfloat16 has 8 bits: what goes in and comes out is off by 2^-8 at most, however far the position.
        var bound = input.abs().max().item<float>() * 2.5 / 256;
        TensorAssert.Near(half.to(torch.float32), rotary.Turn(input), bound);
    }

    [Test]
    public void Weights_of_the_other_pairing_give_the_same_attention_once_reordered()
    {
        const int Heads = 3, HeadDim = 6, Time = 5;
        var weights = Enumerable.Range(0, 2).Select(i => TensorAssert.Random(i, Heads * HeadDim, 10) * 0.3).ToArray();
        var input = TensorAssert.Random(5, Time, 10);
        using var rotary = new Rotary(Time, HeadDim, torch.CPU);
        var (ours, theirs) = (new torch.Tensor[2], new torch.Tensor[2]);
        for (var i = 0; i < 2; i++)
        {
            var reordered = Rotary.FromHalves(weights[i], Heads);
            TensorAssert.Same(Rotary.ToHalves(reordered, Heads), weights[i]);
            ours[i] = rotary.Turn(Split(input.matmul(reordered.t())));
            theirs[i] = TurnHalves(Split(input.matmul(weights[i].t())));
        }

        TensorAssert.Near(ours[0].matmul(ours[1].mT), theirs[0].matmul(theirs[1].mT));

        static torch.Tensor Split(torch.Tensor x) => x.view(Time, Heads, HeadDim).transpose(0, 1);

        // Hugging Face's form: x·cos + rotate_half(x)·sin, with each angle standing twice, half a head apart.
        static torch.Tensor TurnHalves(torch.Tensor x)
        {
            var frequency = torch.tensor(new[] { 1f, MathF.Pow(10_000, -2f / HeadDim), MathF.Pow(10_000, -4f / HeadDim) }, device: torch.CPU);
            var angle = torch.arange(Time, torch.float32, device: torch.CPU).unsqueeze(1) * frequency;
            var both = torch.cat([angle, angle], -1);
            var halves = x.chunk(2, -1);
            return (x * both.cos()) + (torch.cat([-halves[1], halves[0]], -1) * both.sin());
        }
    }

    [Test]
    public void Slopes_and_biases_are_those_of_the_paper()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Alibi.SlopesOf(8), Is.EqualTo(Enumerable.Range(1, 8).Select(i => MathF.Pow(2, -i))).Within(1e-7f));
            Assert.That(Alibi.SlopesOf(4), Is.EqualTo(new[] { 0.25f, 0.0625f, 0.015625f, 0.00390625f }).Within(1e-7f));
            // 12 heads: the 8 of a power of two, then every second of 16.
            Assert.That(Alibi.SlopesOf(12).Skip(8), Is.EqualTo(new[] { 1, 3, 5, 7 }.Select(i => MathF.Pow(2, -i / 2f))).Within(1e-7f));
            Assert.That(Alibi.SlopesOf(1), Is.EqualTo(new[] { 1f / 256 }).Within(1e-7f));
            Assert.That(Enumerable.Range(1, 40).All(n => Alibi.SlopesOf(n).Length == n && Alibi.SlopesOf(n).Distinct().Count() == n));
        });
        using var alibi = new Alibi(2, torch.CPU);
        var bias = alibi.Bias(2, 4, torch.CPU);
        Assert.That(bias.shape, Is.EqualTo(new long[] { 2, 2, 4 }));
        // The queries stand at positions 2 and 3.
        Assert.That(bias[0].data<float>().ToArray(), Is.EqualTo(new[] { -2f, -1, 0, -1, -3, -2, -1, 0 }.Select(d => d / 16)).Within(1e-7f));
    }

    [Test]
    public void Attention_with_biases_equals_the_formula([Values] AttentionKernel kernel, [Values] bool padded)
    {
        using var alibi = new Alibi(2, torch.CPU);
        using var attention = new MultiHeadAttention(8, 2, init, AttentionMask.Causal, kernel: kernel, alibi: alibi);
        var input = TensorAssert.Random(3, 2, 5, 8);
        var isReal = torch.tensor(Enumerable.Range(0, 10).Select(i => !padded || i < 8).ToArray(), [2, 5], device: torch.CPU);
        var mask = padded ? AttentionMask.Causal.WithPadding(isReal) : AttentionMask.Causal;
        var (query, key, value) = attention.Project(input);
        var scores = query.matmul(key.mT) / 2 + alibi.Bias(5, 5, torch.CPU);
        var weights = scores.masked_fill(~mask.Allowed(5, 5, torch.CPU)!, float.NegativeInfinity).softmax(-1);
        var expected = attention.Output.forward(weights.matmul(value).transpose(1, 2).reshape(2, 5, 8));
        TensorAssert.Near(attention.Forward(input, mask), expected);
        TensorAssert.Near(attention.WithWeights(input, mask).Weights, weights, 1e-6);
    }

    [Test]
    public void Nonsense_is_refused()
    {
        using var rotary = new Rotary(5, 4, torch.CPU);
        using var alibi = new Alibi(3, torch.CPU);
        Assert.Multiple(() =>
        {
            Assert.That(() => new Rotary(5, 3, torch.CPU), Throws.ArgumentException.With.Message.Contains("odd"));
            Assert.That(() => new Rotary(0, 4, torch.CPU), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Rotary(5, 0, torch.CPU), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Rotary(5, 4, torch.CPU, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Rotary(5, 4, torch.CPU, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => rotary.Turn(TensorAssert.Random(1, 6, 4)), Throws.ArgumentException.With.Message.Contains("ends at 4"));
            Assert.That(() => rotary.Turn(TensorAssert.Random(1, 2, 4), -1), Throws.ArgumentException);
            Assert.That(() => Rotary.FromHalves(TensorAssert.Random(1, 6, 2), 2), Throws.ArgumentException.With.Message.Contains("6 rows"));
            Assert.That(() => Rotary.ToHalves(TensorAssert.Random(1, 6, 2), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new Alibi(0, torch.CPU), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new MultiHeadAttention(8, 4, init, rotary: rotary), Throws.ArgumentException.With.Message.Contains("a head has 2"));
            Assert.That(() => new MultiHeadAttention(8, 4, init, alibi: alibi), Throws.ArgumentException.With.Message.Contains("for 3 heads"));
        });
    }
}
