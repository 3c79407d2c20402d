using Course.Models;
using Course.Tests.Data;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Models;

[TestFixture]
public class AutoencoderTests
{
    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void The_configuration_counts_and_speaks()
    {
        var config = new AutoencoderConfig(9, 5, 2);
        using var plain = new Autoencoder(config, device: torch.CPU);
        using var variational = new VariationalAutoencoder(config, device: torch.CPU);
        Assert.That(config.ParameterCount, Is.EqualTo(plain.parameters().Sum(p => p.numel())));
        Assert.That(config.VariationalParameterCount, Is.EqualTo(variational.parameters().Sum(p => p.numel())));
        Assert.That(config.ForwardFlops, Is.EqualTo(2 * 2 * (45 + 10)));
        Assert.That(config.ToString(), Is.EqualTo(
            "Autoencoder 9 → 5 → 2 → 5 → 9 (Relu): 131 parameters (143 when variational), 0.2 kFLOP per row"));
    }

    [Test]
    public void A_linear_one_finds_the_plane_that_rows_lie_in()
    {
        // Rows in a plane of 8 dimensions: two numbers hold them entirely.
        var rows = TensorAssert.Random(1, 100, 2).matmul(TensorAssert.Random(2, 2, 8));
        using var model = new Autoencoder(new AutoencoderConfig(8, 2), seed: 1, torch.CPU);
        using var optimizer = torch.optim.Adam(model.parameters(), 0.03);
        var first = model.Loss(rows).item<float>();
        for (var i = 0; i < 400; i++)
        {
            using var step = torch.NewDisposeScope();
            optimizer.zero_grad();
            model.Loss(rows).backward();
            optimizer.step();
        }

        Assert.That(first, Is.GreaterThan(0.5));
        Assert.That(model.Loss(rows).item<float>(), Is.LessThan(1e-3));
        TensorAssert.Near(model.Errors(rows).mean(), model.Loss(rows), 1e-6);
        // What lies outside the plane is an anomaly.
        Assert.That(model.Errors(TensorAssert.Random(3, 20, 8) * 3).min().item<float>(), Is.GreaterThan(model.Errors(rows).max().item<float>()));
    }

    [Test]
    public void The_divergence_equals_the_integral()
    {
        using var model = new VariationalAutoencoder(new AutoencoderConfig(4, 3, 2), seed: 1, torch.CPU);
        Layers.ModuleParity.Randomise(model);
        var input = TensorAssert.Random(1, 3, 4).sigmoid();
        var (mean, logVariance) = model.Encode(input);
        var expected = 0.0;
        for (var row = 0; row < 3; row++)
        {
            for (var k = 0; k < 2; k++)
            {
                expected += Divergence(mean[row, k].item<float>(), Math.Exp(logVariance[row, k].item<float>() / 2)) / 3;
            }
        }

        Assert.That(model.LossParts(input).Divergence.item<float>(), Is.EqualTo(expected).Within(1e-5));

        // ∫ q log(q/p) dx by the midpoint rule, over 12 standard deviations on either side.
        static double Divergence(double mu, double sigma)
        {
            const int Steps = 20_000;
            var (from, width) = (mu - (12 * sigma), 24 * sigma / Steps);
            var sum = 0.0;
            for (var i = 0; i < Steps; i++)
            {
                var x = from + ((i + 0.5) * width);
                var logQ = (-(x - mu) * (x - mu) / (2 * sigma * sigma)) - Math.Log(sigma);
                sum += Math.Exp(logQ) / Math.Sqrt(2 * Math.PI) * (logQ + (x * x / 2)) * width;
            }

            return sum;
        }
    }

    [Test]
    public void The_loss_is_the_bound_and_its_gradient_reaches_mean_and_variance()
    {
        using var model = new VariationalAutoencoder(new AutoencoderConfig(4, 2) { Activation = Course.Layers.Activation.Tanh }, seed: 1, torch.CPU);
        Layers.ModuleParity.Randomise(model);
        var noise = TensorAssert.Random(2, 3, 2);
        var input = TensorAssert.Random(1, 3, 4).sigmoid();
        var (mean, logVariance) = model.Encode(input);
        var restored = model.Decode(mean + (noise * (logVariance / 2).exp()));
        var likelihood = ((input * restored.log()) + ((1 - input) * (1 - restored).log())).sum() / 3;
        var (total, reconstruction, divergence) = model.LossParts(input, noise);
        TensorAssert.Near(reconstruction, -likelihood);
        TensorAssert.Near(total, reconstruction + divergence, 1e-6);

        model.to(torch.float64);
        var (preciseInput, preciseNoise) = (input.to(torch.float64), noise.to(torch.float64));
        foreach (var parameter in model.parameters())
        {
            Layers.ModuleParity.CheckGradient(parameter, () => model.LossParts(preciseInput, preciseNoise).Total);
        }
    }

    [Test]
    public void A_variational_one_learns_to_invent()
    {
        // Two kinds of rows, 1100 and 0011: what it invents must be near one of them.
        var rows = torch.tensor(new float[] { 1, 1, 0, 0, 0, 0, 1, 1 }, [2, 4], device: torch.CPU).repeat(16, 1);
        using var model = new VariationalAutoencoder(new AutoencoderConfig(4, 16, 1), seed: 1, torch.CPU);
        using var optimizer = torch.optim.Adam(model.parameters(), 0.02);
        torch.random.manual_seed(1).Dispose();
        var counts = new HashSet<long>();
        for (var i = 0; i < 400; i++)
        {
            using (torch.NewDisposeScope())
            {
                optimizer.zero_grad();
                model.Loss(rows).backward();
                optimizer.step();
            }

            if (i > 2)
            {
                counts.Add(torch.Tensor.TotalCount);
            }
        }

        Assert.That(counts, Has.Count.EqualTo(1), "no step leaves tensors behind");
        TensorAssert.Near(model.forward(rows), rows, 0.1);
        // Whatever the code, a row costs at least ln 2: which of the two kinds it is.
        Assert.That(model.Loss(rows.repeat(20, 1)).item<float>(), Is.InRange(Math.Log(2) - 0.01, 1.2));
        var invented = model.Sample(200, seed: 3);
        TensorAssert.Same(model.Sample(200, seed: 3), invented);
        var distance = (invented.unsqueeze(1) - rows.narrow(0, 0, 2)).abs().amax([2]);           // (200, 2)
        var share = distance.amin([1]).lt(0.25).to(torch.float32).mean().item<float>();
        Assert.That(share, Is.GreaterThan(0.8));
        var firstKind = distance.argmin(1).to(torch.float32).mean().item<float>();
        Assert.That(firstKind, Is.InRange(0.3, 0.7), "both kinds come up");
    }

    [Test]
    public void They_are_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        var config = new AutoencoderConfig(4, 3, 2);
        var input = TensorAssert.Random(1, 3, 4).sigmoid();
        using var plain = new Autoencoder(config, seed: 1, torch.CPU);
        using var variational = new VariationalAutoencoder(config, seed: 1, torch.CPU);
        plain.Save(folder.At("a"));
        variational.Save(folder.At("v"));
        using var plainAgain = Autoencoder.Load(folder.At("a"), torch.CPU);
        using var variationalAgain = VariationalAutoencoder.Load(folder.At("v"), torch.CPU);
        TensorAssert.Same(plainAgain.forward(input), plain.forward(input));
        TensorAssert.Same(variationalAgain.forward(input), variational.forward(input));
        Assert.That(() => Autoencoder.Load(folder.At("v"), torch.CPU), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Nonsense_is_refused_in_words()
    {
        Assert.Multiple(() =>
        {
            foreach (var config in new[] { new AutoencoderConfig(4), new AutoencoderConfig(4, 0), new AutoencoderConfig(4, 2) { Activation = (Course.Layers.Activation)9 } })
            {
                Assert.That(config.Problems(), Has.Count.EqualTo(1));
                Assert.That(() => new Autoencoder(config, device: torch.CPU), Throws.ArgumentException.With.Message.Contains("autoencoder"));
                Assert.That(() => new VariationalAutoencoder(config, device: torch.CPU), Throws.ArgumentException);
            }

            using var model = new VariationalAutoencoder(new AutoencoderConfig(4, 2), device: torch.CPU);
            Assert.That(() => model.Sample(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }
}
