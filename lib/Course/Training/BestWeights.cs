using TorchSharp;

namespace Course.Training;

/// <summary>The weights of the best evaluation so far, and how many there have been since: the memory of <see cref="EarlyStopping"/>.</summary>
internal sealed class BestWeights : IDisposable
{
    private readonly FlatParameters parameters;
    private readonly EarlyStopping rule;

    public BestWeights(FlatParameters parameters, EarlyStopping rule)
    {
        this.parameters = parameters;
        this.rule = rule;
        Row = torch.zeros(parameters.Count, torch.float32, device: parameters.Device).DetachFromDisposeScope();
    }

    /// <summary>The weights: (count). Zeros as long as there is no <see cref="Best"/>.</summary>
    public torch.Tensor Row { get; }

    public EvaluationPoint? Best { get; private set; }

    /// <summary>Evaluations since the best one.</summary>
    public int Misses { get; private set; }

    public bool IsOutOfPatience => Misses >= rule.Patience;

    /// <summary>Takes an evaluation of the weights that are in the model now.</summary>
    public void Add(EvaluationPoint point)
    {
        if (Judge(point))
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            Row.copy_(parameters.Values);
        }
    }

    /// <summary>Goes through the evaluations of a course whose best weights are in <see cref="Row"/> already.</summary>
    public void Replay(IEnumerable<EvaluationPoint> points)
    {
        foreach (var point in points)
        {
            Judge(point);
        }
    }

    /// <summary>Puts the best weights into the model.</summary>
    public void Restore()
    {
        if (Best is not null)
        {
            using var noGrad = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            parameters.Values.copy_(Row);
        }
    }

    public void Dispose() => Row.Dispose();

    // A loss that is not a number is never a gain.
    private bool Judge(EvaluationPoint point)
    {
        var isGain = Best is null ? double.IsFinite(point.Result.Loss) : point.Result.Loss < Best.Result.Loss - rule.MinimumGain;
        (Best, Misses) = isGain ? (point, 0) : (Best, Misses + 1);
        return isGain;
    }
}
