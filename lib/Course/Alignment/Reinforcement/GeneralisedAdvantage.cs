using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// How much better an action turned out than the value function expected, as a compromise between two estimates: the next step alone
/// (λ = 0, little noise, all errors of the value function) and the whole rest of the episode (λ = 1, all noise, no such error).
/// </summary>
public static class GeneralisedAdvantage
{
    /// <summary>
    /// δ_t = r_t + γ V_{t+1} − V_t and A_t = δ_t + γ λ A_{t+1} (Schulman et al. 2016, equation 16). After an episode's last
    /// action there is no value and no advantage.
    /// </summary>
    /// <param name="rewards">r, (batch, time).</param>
    /// <param name="values">V, (batch, time).</param>
    /// <param name="isAction">Where an action was taken: in each row one unbroken stretch. What stands elsewhere does not matter.</param>
    /// <param name="gamma">γ, how much a reward is worth one step later.</param>
    /// <param name="lambda">λ.</param>
    /// <returns>The advantages, and the returns A + V that the value function should have expected: (batch, time), 0 where no action was taken.</returns>
    public static (torch.Tensor Advantages, torch.Tensor Returns) Compute(
        torch.Tensor rewards, torch.Tensor values, torch.Tensor isAction, double gamma = 1, double lambda = 0.95)
    {
        using var scope = torch.NewDisposeScope();
        var outside = ~isAction;
        var reward = rewards.masked_fill(outside, 0);
        var value = values.masked_fill(outside, 0); // a state without an action is past the end: nothing more is expected there
        var time = rewards.shape[1];
        var advantages = new torch.Tensor[time];
        var next = torch.zeros_like(reward.select(1, 0));
        var nextValue = next;
        for (var t = time - 1; t >= 0; t--)
        {
            var delta = reward.select(1, t) + (gamma * nextValue) - value.select(1, t);
            next = (delta + (gamma * lambda * next)).masked_fill(outside.select(1, t), 0);
            nextValue = value.select(1, t);
            advantages[t] = next;
        }

        var all = torch.stack(advantages, 1); // (batch, time)
        return (all.MoveToOuterDisposeScope(), (all + value).MoveToOuterDisposeScope());
    }
}
