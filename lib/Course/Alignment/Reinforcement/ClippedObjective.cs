using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// The clipped surrogate objective that PPO and GRPO share (Schulman et al. 2017, equation 7), and PPO's loss of the value function.
/// All are per token; who calls decides over which tokens to average.
/// </summary>
public static class ClippedObjective
{
    /// <summary>
    /// max(−A ρ, −A clip(ρ, 1 − ε, 1 + ε)) with ρ = π/π_old. An action that has already become likelier by ε gets no further push up,
    /// one that has become less likely no further push down; what went the wrong way is always pulled back.
    /// </summary>
    /// <param name="logPolicy">log π of the actions, with a gradient.</param>
    /// <param name="logOld">log π_old of the actions.</param>
    /// <param name="advantages">A.</param>
    /// <param name="clip">ε.</param>
    /// <returns>The loss, and where clipping stopped its gradient, bool; both of the shape of the inputs.</returns>
    public static (torch.Tensor Loss, torch.Tensor IsClipped) Policy(
        torch.Tensor logPolicy, torch.Tensor logOld, torch.Tensor advantages, double clip)
    {
        using var scope = torch.NewDisposeScope();
        var ratio = (logPolicy - logOld).exp();
        var free = -advantages * ratio;
        var clipped = -advantages * ratio.clamp(1 - clip, 1 + clip);
        return (torch.maximum(free, clipped).MoveToOuterDisposeScope(), clipped.gt(free).MoveToOuterDisposeScope());
    }

    /// <summary>½ max((V − R)², (clip(V, V_old ± ε) − R)²): the value may not profit from moving far in one iteration.</summary>
    /// <param name="values">V, with a gradient.</param>
    /// <param name="oldValues">V_old, from when the actions were taken.</param>
    /// <param name="returns">R.</param>
    /// <param name="clip">ε.</param>
    /// <returns>The loss, and where the clipped value decided it, bool; both of the shape of the inputs.</returns>
    public static (torch.Tensor Loss, torch.Tensor IsClipped) Value(
        torch.Tensor values, torch.Tensor oldValues, torch.Tensor returns, double clip)
    {
        using var scope = torch.NewDisposeScope();
        var near = torch.minimum(torch.maximum(values, oldValues - clip), oldValues + clip);
        var free = (values - returns).pow(2);
        var clipped = (near - returns).pow(2);
        return ((torch.maximum(free, clipped) / 2).MoveToOuterDisposeScope(), clipped.gt(free).MoveToOuterDisposeScope());
    }
}
