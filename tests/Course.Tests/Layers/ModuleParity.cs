using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Course.Tests.Layers;

/// <summary>Gives two modules the same weights and compares what they compute, forward and backward.</summary>
internal static class ModuleParity
{
    /// <summary>A parameter by its name in TorchSharp's module.</summary>
    public static torch.Tensor Named(Module module, string name) =>
        module.named_parameters().Single(parameter => parameter.name == name).parameter;

    /// <summary>Fills every parameter with numbers of its own: ones and zeros would hide a gain or a shift that is not applied.</summary>
    public static void Randomise(Module module, double scale = 0.4)
    {
        using var noGrad = torch.no_grad();
        foreach (var (i, (_, parameter)) in module.named_parameters().Index())
        {
            using var values = TensorAssert.Random(1000 + i, parameter.shape);
            parameter.copy_(values * scale);
        }
    }

    public static void Copy(torch.Tensor from, torch.Tensor to)
    {
        using var noGrad = torch.no_grad();
        Assert.That(to.shape, Is.EqualTo(from.shape));
        to.copy_(from);
    }

    /// <summary>Copies our parameters into theirs.</summary>
    public static void CopyAll(IEnumerable<(torch.Tensor Ours, torch.Tensor Theirs)> pairs)
    {
        foreach (var (ours, theirs) in pairs)
        {
            Copy(ours, theirs);
        }
    }

    /// <summary>Sends the same numbers back through both results, then compares results and all gradients.</summary>
    public static void Compare(
        torch.Tensor actual,
        torch.Tensor expected,
        IEnumerable<(torch.Tensor Ours, torch.Tensor Theirs)> withGradients,
        double tolerance = 1e-5)
    {
        using var upstream = TensorAssert.Random(99, actual.shape);
        (actual * upstream).sum().backward();
        (expected * upstream).sum().backward();
        TensorAssert.Near(actual, expected, tolerance, "result");
        foreach (var (i, (ours, theirs)) in withGradients.Index())
        {
            TensorAssert.Near(ours.grad!, theirs.grad!, tolerance, $"gradient {i}");
        }
    }

    /// <summary>Central differences of a scalar function in every number of a float64 tensor.</summary>
    public static void CheckGradient(torch.Tensor parameter, Func<torch.Tensor> value, double tolerance = 1e-7, double step = 1e-5)
    {
        using var scope = torch.NewDisposeScope();
        parameter.grad?.zero_();
        value().backward();
        var gradient = parameter.grad!.reshape(-1).data<double>().ToArray();
        Assert.That(gradient.Any(g => g != 0), "a gradient of zeros proves nothing");
        using var noGrad = torch.no_grad();
        var flat = parameter.view(-1);
        for (var i = 0; i < gradient.Length; i++)
        {
            flat[i] += step;
            var above = value().item<double>();
            flat[i] -= 2 * step;
            var below = value().item<double>();
            flat[i] += step;
            Assert.That((above - below) / (2 * step), Is.EqualTo(gradient[i]).Within(tolerance));
        }
    }
}
