using NUnit.Framework;
using TorchSharp;

namespace Course.Tests;

/// <summary>Compares tensors and says by how much they differ.</summary>
internal static class TensorAssert
{
    /// <summary>Every number of one lies within the tolerance of the other's.</summary>
    public static void Near(torch.Tensor actual, torch.Tensor expected, double tolerance = 1e-5, string? what = null)
    {
        using var scope = torch.NewDisposeScope();
        Assert.That(actual.shape, Is.EqualTo(expected.shape), what);
        var difference = (actual.detach() - expected.detach()).abs().max().to(torch.float64).item<double>();
        // A NaN is not within anything.
        Assert.That(difference, Is.LessThanOrEqualTo(tolerance), what ?? "largest difference");
    }

    /// <summary>Not a bit differs.</summary>
    public static void Same(torch.Tensor actual, torch.Tensor expected, string? what = null)
    {
        Assert.That(actual.shape, Is.EqualTo(expected.shape), what);
        Assert.That(actual.equal(expected).all().item<bool>(), Is.True, what ?? "the tensors differ");
    }

    /// <summary>Normal numbers of a seed.</summary>
    public static torch.Tensor Random(long seed, params long[] shape)
    {
        using var generator = new torch.Generator((ulong)seed, torch.CPU);
        return torch.randn(shape, torch.float32, device: torch.CPU, generator: generator);
    }

    /// <summary>Token numbers of a seed.</summary>
    public static torch.Tensor RandomTokens(int seed, int vocabulary, params long[] shape)
    {
        var random = new Random(seed);
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var tokens = Enumerable.Range(0, (int)count).Select(_ => (long)random.Next(vocabulary)).ToArray();
        return torch.tensor(tokens, shape, device: torch.CPU);
    }
}
