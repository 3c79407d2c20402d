using Course.Plots;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TorchSharp;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace Course.Tests.Plots;

public sealed class TensorSummaryTests
{
    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = torch.NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void AMatrixIsSummarisedAndDrawn()
    {
        var summary = new TensorSummary(torch.tensor(new float[,] { { 1, -2, 3 }, { 4, 5, 7 } }, device: torch.CPU));

        Assert.That(summary.ToString(), Is.EqualTo("tensor (2, 3) of float32 on cpu\nmin −2, mean 3, max 7\n1  −2  3\n4  5  7"));
        Assert.That(summary.ToHtml(), Does.Contain("tensor (2, 3) of float32 on cpu").And.Contain("mean 3").And.Contain("data:image/svg+xml"));
    }

    [Test]
    public void FewValuesAreShownAndManyAreNot()
    {
        Assert.That(new TensorSummary(torch.tensor(2.5, device: torch.CPU)).ToString(), Is.EqualTo("tensor () of float64 on cpu\n2.5"));
        Assert.That(new TensorSummary(torch.arange(4, device: torch.CPU)).ToString(), Does.EndWith("\n0  1  2  3"));
        Assert.That(new TensorSummary(torch.arange(1000, device: torch.CPU)).ToString().Split('\n'), Has.Length.EqualTo(2));
        Assert.That(new TensorSummary(torch.zeros(2, 3, 4, 5, device: torch.CPU)).ToHtml(), Does.Not.Contain("<img"));
    }

    [Test]
    public void WhatIsNotFiniteIsCountedAndLeftOutOfTheMean()
    {
        var summary = new TensorSummary(torch.tensor(new[] { 1, double.NaN, 3, double.PositiveInfinity }, device: torch.CPU));

        Assert.That((summary.Minimum, summary.Mean, summary.Maximum, summary.FiniteCount), Is.EqualTo((1.0, 2.0, 3.0, 2L)));
        Assert.That(summary.ToString(), Does.Contain("2 of 4 not finite"));
        Assert.That(new TensorSummary(torch.full(3, 3, double.NaN, device: torch.CPU)).ToHtml(), Does.Contain("tensor (3, 3)"));
    }

    [Test]
    public void OtherTypesHaveASummaryToo()
    {
        Assert.That(new TensorSummary(torch.tensor(new[] { true, false }, device: torch.CPU)).Mean, Is.EqualTo(0.5));
        Assert.That(new TensorSummary(torch.zeros(2, 2, torch.complex64, device: torch.CPU)).ToString(), Is.EqualTo("tensor (2, 2) of complexfloat32 on cpu"));
        Assert.That(new TensorSummary(torch.zeros(0, 3, device: torch.CPU)).ToHtml(), Does.Contain("(0, 3)"));
        Assert.That(new TensorSummary(torch.ones(2, 2, torch.bfloat16, device: torch.CPU)).Mean, Is.EqualTo(1));
    }

    [Test]
    public void ADisposedTensorIsSaidToBe()
    {
        var tensor = torch.ones(2, device: torch.CPU);
        tensor.Dispose();

        Assert.That(new TensorSummary(tensor).ToString(), Is.EqualTo("tensor (disposed)"));
        Assert.That(() => new TensorSummary(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void NeitherGradientNorTensorCountChanges()
    {
        var tensor = torch.ones([100, 100], device: torch.CPU, requires_grad: true);
        _ = new TensorSummary(tensor).ToHtml();
        var before = Course.Runtime.TorchRuntime.LiveTensors;
        var summary = new TensorSummary(tensor);

        Assert.That(Course.Runtime.TorchRuntime.LiveTensors, Is.EqualTo(before));
        Assert.That(tensor.grad is null && tensor.requires_grad);
        Assert.That(summary.Mean, Is.EqualTo(1));
    }

    [Property(MaxTest = 30)]
    public bool TheMeansOfBlocksKeepTheMeanOfTheWhole(PositiveInt rows, PositiveInt columns, int seed)
    {
        using var inner = torch.NewDisposeScope();
        var (down, across) = ((rows.Get % 7) * 48 + 48, (columns.Get % 3) * 48 + 48);
        var generator = new Random(seed);
        var values = Enumerable.Range(0, down * across).Select(_ => generator.NextDouble()).ToArray();
        var matrix = torch.tensor(values, [down, across], device: torch.CPU);
        var size = Math.Max(down, across) / 48;
        var cells = TensorSummary.Cells(matrix, size);
        var padded = TensorSummary.Cells(torch.nn.functional.pad(matrix, [0, 1], value: double.NaN), size);
        // The sum of block means, weighted by how many values each has, is the sum of all.
        var weighted = 0.0;
        for (var r = 0; r < cells.GetLength(0); r++)
        {
            for (var c = 0; c < cells.GetLength(1); c++)
            {
                weighted += cells[r, c] * Math.Min(size, down - (r * size)) * Math.Min(size, across - (c * size));
            }
        }

        var kept = Enumerable.Range(0, cells.GetLength(0)).All(r => across % size != 0 || Math.Abs(padded[r, 0] - cells[r, 0]) < 1e-12);
        return Math.Abs(weighted - values.Sum()) < 1e-8 && kept;
    }
}
