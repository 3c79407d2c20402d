using TorchSharp;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// What a policy learns from in one iteration, position by position: all tensors are (batch, time), aligned so that position t is the
/// state before the token at t + 1.
/// </summary>
/// <param name="Inputs">The tokens up to each state, int64.</param>
/// <param name="Targets">The action taken there, int64; −100 in prompts and padding.</param>
/// <param name="IsAction">Where an action was taken.</param>
/// <param name="OldLogProbabilities">log π of the actions under the policy that took them.</param>
/// <param name="ReferenceLogProbabilities">log π_ref of the actions.</param>
/// <param name="Advantages">How much better than usual each action was.</param>
/// <param name="Values">What the value function expected at each state when the actions were taken, for PPO.</param>
/// <param name="Returns">What it should have expected, for PPO.</param>
public sealed record Experience(
    torch.Tensor Inputs,
    torch.Tensor Targets,
    torch.Tensor IsAction,
    torch.Tensor OldLogProbabilities,
    torch.Tensor ReferenceLogProbabilities,
    torch.Tensor Advantages,
    torch.Tensor? Values = null,
    torch.Tensor? Returns = null)
{
    /// <summary>How many completions there are.</summary>
    public int Count => (int)Inputs.shape[0];

    /// <summary>Some of the completions.</summary>
    /// <param name="rows">Their numbers, in ascending order.</param>
    public Experience Rows(IReadOnlyList<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        // All of them, in order: the tensors themselves, so that not a bit of what is computed from them differs.
        if (rows.Count == Count && rows.Index().All(pair => pair.Index == pair.Item))
        {
            return this;
        }

        using var index = torch.tensor(rows.ToArray(), [rows.Count], device: Inputs.device);
        return new Experience(
            Inputs.index_select(0, index),
            Targets.index_select(0, index),
            IsAction.index_select(0, index),
            OldLogProbabilities.index_select(0, index),
            ReferenceLogProbabilities.index_select(0, index),
            Advantages.index_select(0, index),
            Values?.index_select(0, index),
            Returns?.index_select(0, index));
    }
}
