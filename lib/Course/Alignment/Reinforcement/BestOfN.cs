using Course.Models;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// The baseline that needs no training: write n completions and keep the one with the best reward (Stiennon et al. 2020). It costs n
/// times as much per answer, and it spends at most log n − (n − 1)/n nats of KL.
/// </summary>
/// <param name="sampler">How completions are sampled.</param>
/// <param name="reward">Says how good they are.</param>
/// <param name="n">How many are written for each prompt.</param>
public sealed class BestOfN(CompletionSampler sampler, IRewardFunction reward, int n)
{
    /// <summary>How far the distribution of the best of n is from the policy's, at most: log n − (n − 1)/n nats.</summary>
    /// <param name="n">How many are written.</param>
    public static double KlBound(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return Math.Log(n) - ((n - 1.0) / n);
    }

    /// <summary>The best completion of each prompt; of several equally good ones the first.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="seed">The same seed gives the same completions.</param>
    /// <returns>In the order of the prompts, each with its reward. As training data they make rejection-sampling fine-tuning.</returns>
    public IReadOnlyList<(Completion Completion, double Reward)> Sample(Gpt policy, IReadOnlyList<int[]> prompts, long seed)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var best = new List<(Completion, double)>(prompts.Count);
        for (var i = 0; i < prompts.Count; i++)
        {
            var completions = sampler.Sample(policy, [.. Enumerable.Repeat(prompts[i], n)], seed, (long)i * n);
            best.Add(completions.Zip(reward.Score(completions)).MaxBy(pair => pair.Second));
        }

        return best;
    }
}
