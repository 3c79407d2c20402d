using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>Means and variances over the places that count: prompts and padding are none of them.</summary>
public static class MaskedStatistics
{
    private const double Epsilon = 1e-8;

    /// <summary>The mean over the places that count; 0 when there are none.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="mask">The same shape, bool.</param>
    /// <returns>A single number.</returns>
    public static torch.Tensor Mean(torch.Tensor values, torch.Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        return (values.masked_fill(~mask, 0).sum() / mask.sum().clamp_min(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The unbiased variance over the places that count; 0 when there are fewer than two.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="mask">The same shape, bool.</param>
    /// <returns>A single number.</returns>
    public static torch.Tensor Variance(torch.Tensor values, torch.Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        var centred = (values - Mean(values, mask)).masked_fill(~mask, 0);
        return (centred.pow(2).sum() / (mask.sum() - 1).clamp_min(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Brings the places that count to variance 1, and, unless it is to be kept, to mean 0.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="mask">The same shape, bool.</param>
    /// <param name="keepMean">
    /// Advantages lose their mean: only better or worse than usual counts. Rewards keep it, or good would be indistinguishable from bad.
    /// </param>
    /// <returns>The same shape, 0 where it does not count.</returns>
    public static torch.Tensor Whiten(torch.Tensor values, torch.Tensor mask, bool keepMean = false)
    {
        using var scope = torch.NewDisposeScope();
        var mean = Mean(values, mask);
        var whitened = (values - mean) * (Variance(values, mask) + Epsilon).rsqrt();
        return (keepMean ? whitened + mean : whitened).masked_fill(~mask, 0).MoveToOuterDisposeScope();
    }
}
