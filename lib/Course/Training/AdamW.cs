using TorchSharp;

namespace Course.Training;

/// <summary>The numbers that shape <see cref="AdamW"/>, apart from the learning rate.</summary>
public sealed record AdamWOptions
{
    /// <summary>How slowly the mean of the gradients forgets, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How slowly the mean of their squares forgets, in [0, 1). 0.99 suits small batches, 0.95 large models.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Keeps the division finite where the gradient has been zero.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The share, times the learning rate, by which matrices shrink in each update.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Returns the options themselves, or says what is wrong with them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamWOptions Validated()
    {
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "lies in [0, 1)");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "lies in [0, 1)");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "is positive");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "is not negative");
        return this;

        static void Require(bool holds, string name, double value, string rule)
        {
            if (!holds)
            {
                throw new ArgumentOutOfRangeException(name, value, $"{name} {rule}.");
            }
        }
    }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2). Each number gets a step size of its own: the mean of
/// its recent gradients divided by the root of the mean of their squares, so that steps are about as long as the learning rate.
/// Weight decay shrinks matrices directly instead of through the gradient; vectors (biases, gains) are left alone.
/// </summary>
public abstract class AdamW : IDisposable
{
    /// <summary>Starts with no memory of gradients.</summary>
    /// <param name="model">The model; the optimizer takes over the memory of its parameters.</param>
    /// <param name="options">Shape.</param>
    protected AdamW(torch.nn.Module model, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated();
        Parameters = new FlatParameters(model);
        FirstMoment = torch.zeros(Parameters.Count, torch.float32, device: Parameters.Device).DetachFromDisposeScope();
        SecondMoment = torch.zeros(Parameters.Count, torch.float32, device: Parameters.Device).DetachFromDisposeScope();
    }

    /// <summary>The numbers that shape the optimizer.</summary>
    public AdamWOptions Options { get; }

    /// <summary>What it trains.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>Updates so far.</summary>
    public long Updates { get; internal set; }

    /// <summary>The running mean of the gradients, m in the paper: (count).</summary>
    public torch.Tensor FirstMoment { get; }

    /// <summary>The running mean of their squares, v in the paper: (count).</summary>
    public torch.Tensor SecondMoment { get; }

    /// <summary>The optimizer that suits the model's device: <see cref="SimdAdamW"/> on the CPU, <see cref="TensorAdamW"/> elsewhere.</summary>
    /// <param name="model">The model; the optimizer takes over the memory of its parameters.</param>
    /// <param name="options">Shape.</param>
    public static AdamW For(torch.nn.Module model, AdamWOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.parameters().All(parameter => parameter.device_type == DeviceType.CPU)
            ? new SimdAdamW(model, options ?? new())
            : new TensorAdamW(model, options ?? new());
    }

    /// <summary>
    /// By how much gradients are scaled so that their joint length does not exceed a limit (Pascanu, Mikolov and Bengio 2013,
    /// section 3.2): the direction stays.
    /// </summary>
    /// <param name="norm">Their length.</param>
    /// <param name="limit">The longest allowed; <see langword="null"/> for no limit.</param>
    public static double ClipScale(double norm, double? limit) =>
        limit is { } longest ? Math.Min(1, longest / (norm + 1e-6)) : 1;

    /// <summary>The length of all gradients taken as one vector.</summary>
    public double GradientNorm()
    {
        Parameters.Gather();
        return ComputeNorm();
    }

    /// <summary>Moves all parameters one step and sets the gradients to zero.</summary>
    /// <param name="learningRate">The step's size.</param>
    /// <param name="gradientScale">Factor on all gradients: <see cref="ClipScale"/>.</param>
    public void Update(double learningRate, double gradientScale = 1)
    {
        Parameters.Gather();
        Updates++;
        Apply(new Coefficients(Options, Updates, learningRate, gradientScale));
    }

    /// <summary>Clips, updates and zeroes the gradients: what follows a backward pass.</summary>
    /// <param name="learningRate">The step's size.</param>
    /// <param name="clipNorm">The longest gradient allowed; <see langword="null"/> for no limit.</param>
    /// <returns>The gradients' length before clipping.</returns>
    public double Step(double learningRate, double? clipNorm = null)
    {
        var norm = GradientNorm();
        Update(learningRate, ClipScale(norm, clipNorm));
        return norm;
    }

    /// <summary>Frees the optimizer's memory; the model keeps its parameters.</summary>
    public void Dispose()
    {
        Parameters.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The length of the gradients, which are all in place.</summary>
    private protected abstract double ComputeNorm();

    /// <summary>Updates values and moments and zeroes the gradients, which are all in place.</summary>
    private protected abstract void Apply(Coefficients c);

    /// <summary>The factors of one update, the same for every number.</summary>
    private protected readonly struct Coefficients(AdamWOptions options, long update, double learningRate, double gradientScale)
    {
        public double Beta1 { get; } = options.Beta1;

        public double Beta2 { get; } = options.Beta2;

        public double Epsilon { get; } = options.Epsilon;

        public double GradientScale { get; } = gradientScale;

        /// <summary>What remains of a matrix: 1 − learning rate · decay.</summary>
        public double Keep { get; } = 1 - (learningRate * options.WeightDecay);

        /// <summary>The moments start at zero; dividing m by 1 − β₁ᵗ takes that out. Here joined with the learning rate.</summary>
        public double StepSize { get; } = learningRate / (1 - Math.Pow(options.Beta1, update));

        /// <summary>1/√(1 − β₂ᵗ), the same for v.</summary>
        public double RootScale { get; } = 1 / Math.Sqrt(1 - Math.Pow(options.Beta2, update));
    }
}
