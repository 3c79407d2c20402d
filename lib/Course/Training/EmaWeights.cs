using TorchSharp;

namespace Course.Training;

/// <summary>
/// The exponential moving average of a model's weights (Polyak and Juditsky 1992): ā ← d·ā + (1 − d)·w after every update. Single
/// updates jump around the valley's floor; their average lies closer to it.
/// </summary>
/// <remarks>
/// The first weights are random and should be forgotten fast, so the decay of update t is the smaller of d and (1 + t)/(10 + t), as in
/// TensorFlow's ExponentialMovingAverage. It is a function of t alone: a resumed training averages as an unbroken one.
/// </remarks>
public sealed class EmaWeights : IDisposable
{
    private readonly FlatParameters parameters;

    /// <summary>Starts with the weights as they are.</summary>
    /// <param name="parameters">What is averaged; stays the caller's.</param>
    /// <param name="decay">How slowly old weights are forgotten, in [0, 1): 0.999 looks back about 1,000 updates.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is out of its range.</exception>
    public EmaWeights(FlatParameters parameters, double decay)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Decay = CheckDecay(decay, nameof(decay));
        this.parameters = parameters;
        using var noGrad = torch.no_grad();
        Average = parameters.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>How slowly old weights are forgotten.</summary>
    public double Decay { get; }

    /// <summary>The averages, in the order of <see cref="FlatParameters.Values"/>: (count).</summary>
    public torch.Tensor Average { get; }

    /// <summary>The decay of one update.</summary>
    /// <param name="update">Its number, from 1.</param>
    public double DecayAt(long update) => Math.Min(Decay, (1.0 + update) / (10.0 + update));

    /// <summary>Takes the weights after an update into the average.</summary>
    /// <param name="update">The update's number, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public void Add(long update)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var decay = DecayAt(update);
        Average.mul_(decay).add_(parameters.Values, alpha: 1 - decay);
    }

    /// <summary>Forgets everything and starts again with the weights as they are.</summary>
    public void Restart()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Average.copy_(parameters.Values);
    }

    /// <summary>
    /// Puts the averages into the model until the result is disposed, which brings the weights back to the last bit. For evaluating,
    /// generating and saving; not for training on.
    /// </summary>
    public IDisposable InModel() => new Exchange(this);

    /// <summary>Frees the averages.</summary>
    public void Dispose() => Average.Dispose();

    internal static double CheckDecay(double decay, string name) => decay is >= 0 and < 1
        ? decay
        : throw new ArgumentOutOfRangeException(name, decay, "The decay of an average of weights lies in [0, 1); 0.999 is usual.");

    private sealed class Exchange : IDisposable
    {
        private readonly torch.Tensor values;
        private torch.Tensor? own;

        public Exchange(EmaWeights ema)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            values = ema.parameters.Values;
            own = values.clone().DetachFromDisposeScope();
            values.copy_(ema.Average);
        }

        public void Dispose()
        {
            if (own is not null)
            {
                using var noGrad = torch.no_grad();
                using var scope = torch.NewDisposeScope();
                values.copy_(own);
                own.Dispose();
                own = null;
            }
        }
    }
}
