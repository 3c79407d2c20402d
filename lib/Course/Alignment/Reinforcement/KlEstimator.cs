using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// Ways to estimate KL(π ‖ π_ref) from samples of π alone (Schulman, "Approximating KL divergence", 2020). With the ratio
/// r = π_ref/π of a sample, and not the other way round, which has mean −KL:
/// </summary>
public enum KlEstimator
{
    /// <summary>k1 = −log r: unbiased, but often negative, and of high variance.</summary>
    K1,

    /// <summary>k2 = ½ log² r: biased, never negative, low variance.</summary>
    K2,

    /// <summary>k3 = (r − 1) − log r: unbiased and never negative.</summary>
    K3,
}

/// <summary>The estimators as functions of log-probabilities.</summary>
public static class KlEstimators
{
    /// <summary>Estimates KL from one sample each.</summary>
    /// <param name="estimator">Which estimator.</param>
    /// <param name="logPolicy">log π of the samples, which π drew.</param>
    /// <param name="logReference">log π_ref of the same samples.</param>
    /// <returns>The samples' shape; the estimate is the mean over them.</returns>
    public static torch.Tensor Estimate(this KlEstimator estimator, torch.Tensor logPolicy, torch.Tensor logReference)
    {
        using var scope = torch.NewDisposeScope();
        var logRatio = logReference - logPolicy; // log r
        return (estimator switch
        {
            KlEstimator.K1 => -logRatio,
            KlEstimator.K2 => logRatio.pow(2) / 2,
            // expm1 keeps the digits that e^x − 1 loses near 0, where π and π_ref are close.
            KlEstimator.K3 => logRatio.expm1() - logRatio,
            _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "There is no such estimator."),
        }).MoveToOuterDisposeScope();
    }
}
