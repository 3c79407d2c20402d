using Course.Layers;
using Course.Models;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class MlpTests
{
    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [TestCase(Activation.Relu)]
    [TestCase(Activation.Gelu)]
    [TestCase(Activation.GeluTanh)]
    [TestCase(Activation.Tanh)]
    [TestCase(Activation.Silu)]
    public void Equals_torchs_layers_in_a_row(Activation activation)
    {
        using var mlp = new Mlp([4, 6, 5, 3], activation, seed: 1, torch.CPU);
        using var theirs = torch.nn.Sequential(
            torch.nn.Linear(4, 6, device: torch.CPU), Bend(), torch.nn.Linear(6, 5, device: torch.CPU), Bend(), torch.nn.Linear(5, 3, device: torch.CPU));
        foreach (var (mine, other) in mlp.parameters().Zip(theirs.parameters()))
        {
            using var noGrad = torch.no_grad();
            other.copy_(mine);
        }

        var input = TensorAssert.Random(2, 7, 4);
        var labels = TensorAssert.RandomTokens(3, 3, 7);
        TensorAssert.Near(mlp.Logits(input), theirs.call(input), 1e-6);
        var loss = mlp.Loss(input, labels);
        var expected = torch.nn.functional.cross_entropy(theirs.call(input), labels);
        loss.backward();
        expected.backward();
        TensorAssert.Near(loss, expected, 1e-6);
        foreach (var (mine, other) in mlp.parameters().Zip(theirs.parameters()))
        {
            TensorAssert.Near(mine.grad!, other.grad!, 1e-6);
        }

        torch.nn.Module<torch.Tensor, torch.Tensor> Bend() => activation switch
        {
            Activation.Relu => torch.nn.ReLU(),
            Activation.Gelu => torch.nn.GELU(),
            Activation.GeluTanh => torch.nn.GELU(TorchSharp.Modules.GELU.Approximate.tanh),
            Activation.Tanh => torch.nn.Tanh(),
            _ => torch.nn.SiLU(),
        };
    }

    [Test]
    public void Initial_weights_keep_the_signals_size()
    {
        using var mlp = new Mlp([200, 400, 400, 400, 10], seed: 1, device: torch.CPU);
        // He's deviation; a sample of n has a deviation of about σ/√(2n) itself, and five of them are the bound.
        var weight = mlp.Layers[1].Weight;
        var expected = Math.Sqrt(2.0 / 400);
        Assert.That(weight.std().item<float>(), Is.EqualTo(expected).Within(5 * expected / Math.Sqrt(2.0 * 160_000)));
        Assert.That(mlp.Layers[1].Bias!.count_nonzero().item<long>(), Is.Zero);
        var signal = TensorAssert.Random(99, 500, 200);
        var before = signal.square().mean().item<float>();
        foreach (var layer in mlp.Layers.Take(3))
        {
            signal = layer.forward(signal);
            // Half of it is lost in ReLU, which He's factor of 2 makes up for.
            Assert.That(signal.square().mean().item<float>(), Is.EqualTo(2 * before).Within(0.3 * before));
            signal = signal.relu();
        }
    }

    [Test]
    public void Predictions_use_no_dropout_and_leave_the_mode_alone()
    {
        using var mlp = new Mlp(new MlpConfig(4, 50, 3) { Dropout = 0.5 }, seed: 1, torch.CPU);
        var input = TensorAssert.Random(2, 7, 4);
        TensorAssert.Same(mlp.Probabilities(input), mlp.Probabilities(input));
        TensorAssert.Near(mlp.Probabilities(input).sum(-1), torch.ones(7, device: torch.CPU), 1e-6);
        TensorAssert.Same(mlp.Predict(input), mlp.Probabilities(input).argmax(-1));
        Assert.That(mlp.training, Is.True);
        Assert.That(mlp.Logits(input).equal(mlp.Logits(input)).all().item<bool>(), Is.False, "training uses dropout");
    }

    [Test]
    public void It_makes_no_tensor_on_the_CPU_by_mistake()
    {
        var meta = new torch.Device(DeviceType.META); // it has no kernel for ReLU
        using var mlp = new Mlp(new MlpConfig(4, 6, 3) { Activation = Activation.Gelu, Dropout = 0.1 }, seed: 1, meta);
        mlp.Loss(torch.zeros([2, 4], device: meta), torch.zeros(2, torch.int64, device: meta)).backward();
        Assert.That(mlp.parameters().All(p => p.grad!.device_type == DeviceType.META), Is.True);
    }

    [Test]
    public void The_configuration_counts_and_speaks()
    {
        var config = new MlpConfig(64, 128, 10);
        using var mlp = new Mlp(config, device: torch.CPU);
        Assert.That(config.ParameterCount, Is.EqualTo(mlp.parameters().Sum(p => p.numel())));
        Assert.That(config.ToString(), Is.EqualTo("Network 64 → 128 → 10 (Relu, dropout 0): 9,610 parameters"));
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Mlp([5], device: torch.CPU), Throws.ArgumentException.With.Message.Contains("input and its output"));
            Assert.That(() => new Mlp([5, 0, 2], device: torch.CPU), Throws.ArgumentException.With.Message.Contains("5, 0, 2"));
            Assert.That(() => new Mlp([50_000, 50_000], device: torch.CPU), Throws.ArgumentException);
            Assert.That(() => new Mlp(new MlpConfig(2, 2) { Dropout = 1 }, device: torch.CPU), Throws.ArgumentException.With.Message.Contains("dropout"));
            Assert.That(() => new Mlp([2, 2], (Activation)77, device: torch.CPU), Throws.ArgumentException.With.Message.Contains("77"));
        });
    }
}
