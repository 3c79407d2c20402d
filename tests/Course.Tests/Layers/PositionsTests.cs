using Course.Layers;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Layers;

[TestFixture]
public class PositionsTests
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

    [TestCase(8)]
    [TestCase(7)]
    public void Waves_are_those_of_the_paper(int width)
    {
        var table = Positions.Sinusoidal(50, width, torch.CPU);
        Assert.That(table.shape, Is.EqualTo(new long[] { 50, width }));
        for (var p = 0; p < 50; p++)
        {
            for (var column = 0; column < width; column++)
            {
                var angle = p / Math.Pow(10_000, (column - (column % 2)) / (double)width);
                Assert.That(
                    table[p, column].item<float>(), Is.EqualTo(column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)).Within(1e-6), $"{p}, {column}");
            }
        }
    }

    [Test]
    public void The_distance_between_waves_depends_on_the_distance_of_positions_only()
    {
        var table = Positions.Sinusoidal(60, 16, torch.CPU);
        var products = table.matmul(table.t());
        for (var distance = 0; distance < 20; distance++)
        {
            var diagonal = products.diagonal(distance);
            Assert.That((diagonal.max() - diagonal.min()).item<float>(), Is.LessThan(1e-4));
        }
    }

    [TestCase(PositionKind.Learned)]
    [TestCase(PositionKind.Sinusoidal)]
    public void Each_position_gets_its_row_also_when_a_text_is_continued(PositionKind kind)
    {
        using var positions = new Positions(kind, 10, 4, init);
        var input = TensorAssert.Random(1, 2, 3, 4);
        TensorAssert.Same(positions.forward(input), input + positions.Table!.narrow(0, 0, 3));
        TensorAssert.Same(positions.Forward(input, 7), input + positions.Table!.narrow(0, 7, 3));
        Assert.Multiple(() =>
        {
            Assert.That(() => positions.Forward(input, 8), Throws.ArgumentException.With.Message.Contains("ends at 9"));
            Assert.That(() => positions.Forward(input, -1), Throws.ArgumentException);
        });
    }

    [Test]
    public void Without_positions_nothing_is_added_and_no_length_is_too_long()
    {
        using var positions = new Positions(PositionKind.None, 2, 4, init);
        var input = TensorAssert.Random(1, 2, 30, 4);
        TensorAssert.Same(positions.forward(input), input);
        Assert.That(positions.parameters(), Is.Empty);
    }

    [Test]
    public void Waves_are_no_parameter_but_part_of_the_state()
    {
        using var positions = new Positions(PositionKind.Sinusoidal, 10, 4, init);
        Assert.That(positions.parameters(), Is.Empty);
        Assert.That(positions.state_dict().Keys, Is.EqualTo(new[] { "waves" }));
    }
}
