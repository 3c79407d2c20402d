using Course.Runtime;
using TorchSharp;
using TorchSharp.Modules;

namespace Course.Layers;

/// <summary>
/// Makes the parameters of a model and fills them: each layer says here, in its constructor, what its weights start as.
/// Nothing is left to a framework's defaults, and the same seed gives the same weights on every device.
/// </summary>
/// <remarks>
/// GPT-2 draws its weights from a normal distribution of standard deviation 0.02 and scales those that write to the residual
/// stream by 1/√(2·layers), so that the stream's variance does not grow with depth (Radford et al. 2019, section 2.3).
/// </remarks>
public sealed class Initialization : IDisposable
{
    /// <summary>The standard deviation GPT-2 uses.</summary>
    public const double DefaultStandardDeviation = 0.02;

    private readonly torch.Generator generator;

    /// <summary>Starts a series of parameters.</summary>
    /// <param name="seed">The same seed gives the same parameters in the same order.</param>
    /// <param name="device">Where the parameters live; <see cref="Devices.Default"/> when left out.</param>
    /// <param name="standardDeviation">The spread of normal weights; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative or not finite.</exception>
    public Initialization(
        long seed, torch.Device? device = null, double standardDeviation = DefaultStandardDeviation)
    {
        if (!double.IsFinite(standardDeviation) || standardDeviation < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), standardDeviation, "A standard deviation is finite and not negative.");
        }

        TorchRuntime.EnsureLoaded();
        Device = device ?? Devices.Default;
        StandardDeviation = standardDeviation;
        // The numbers are always drawn on the CPU and then copied, so that a GPU starts from the same weights.
        generator = new torch.Generator(unchecked((ulong)seed), torch.CPU);
    }

    /// <summary>Where the parameters live.</summary>
    public torch.Device Device { get; }

    /// <summary>The spread of weights made by <see cref="Normal(long[])"/>.</summary>
    public double StandardDeviation { get; }

    /// <summary>By how much weights that write to the residual stream are scaled: 1/√(2·layers).</summary>
    /// <param name="layers">Transformer blocks; each adds to the stream twice (attention and feed-forward).</param>
    public static double ResidualScale(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return 1 / Math.Sqrt(2.0 * layers);
    }

    /// <summary>A parameter drawn from a normal distribution with mean 0 and <see cref="StandardDeviation"/>.</summary>
    /// <param name="shape">The parameter's shape.</param>
    public Parameter Normal(params long[] shape) => Normal(StandardDeviation, shape);

    /// <summary>A parameter drawn from a normal distribution with mean 0.</summary>
    /// <param name="standardDeviation">The distribution's spread.</param>
    /// <param name="shape">The parameter's shape.</param>
    public Parameter Normal(double standardDeviation, long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var values = torch.randn(shape, torch.float32, device: torch.CPU, generator: generator).mul_(standardDeviation);
        return Register(values);
    }

    /// <summary>
    /// Weights (outputs, inputs) of a layer followed by ReLU: normal with standard deviation √(2 / inputs), which keeps the
    /// signal's size from layer to layer (He et al. 2015, equation 10).
    /// </summary>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns: how many numbers each output adds up.</param>
    public Parameter He(long outputs, long inputs) => Normal(Math.Sqrt(2.0 / inputs), [outputs, inputs]);

    /// <summary>
    /// Weights (outputs, inputs) of a layer followed by tanh or by nothing: normal with variance 2 / (inputs + outputs)
    /// (Glorot and Bengio 2010, equation 12).
    /// </summary>
    /// <param name="outputs">Rows.</param>
    /// <param name="inputs">Columns.</param>
    public Parameter Glorot(long outputs, long inputs) => Normal(Math.Sqrt(2.0 / (inputs + outputs)), [outputs, inputs]);

    /// <summary>A parameter full of zeros: a bias.</summary>
    /// <param name="shape">The parameter's shape.</param>
    public Parameter Zeros(params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        return Register(torch.zeros(shape, torch.float32, device: torch.CPU));
    }

    /// <summary>A parameter full of ones: the gain of a normalisation.</summary>
    /// <param name="shape">The parameter's shape.</param>
    public Parameter Ones(params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        return Register(torch.ones(shape, torch.float32, device: torch.CPU));
    }

    /// <summary>Frees the random generator; the parameters live on.</summary>
    public void Dispose() => generator.Dispose();

    // A parameter belongs to its module, which frees it, and to no memory scope.
    private Parameter Register(torch.Tensor values) =>
        (Parameter)torch.nn.Parameter(values.to(Device)).DetachFromDisposeScope();
}
