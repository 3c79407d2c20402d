using Course.Data;
using Course.Models;

namespace Course.Alignment.Reinforcement;

/// <summary>
/// Draws from the optimum π* ∝ π_ref e^{r/β} itself, without training anything: a completion of the reference is accepted with
/// probability e^{(r − r_max)/β} (von Neumann 1951; for language models Liu et al. 2024, "Statistical rejection sampling"). Exact, and
/// the more wasteful the farther π* is from the reference.
/// </summary>
/// <param name="sampler">How completions are sampled.</param>
/// <param name="reward">Says how good they are.</param>
/// <param name="beta">β, the price of a nat of KL.</param>
/// <param name="maxReward">No completion may have a larger reward.</param>
public sealed class RejectionSampling(CompletionSampler sampler, IRewardFunction reward, double beta, double maxReward)
{
    private const int Batch = 64;

    /// <summary>Completes one prompt many times.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="count">How many accepted completions are wanted.</param>
    /// <param name="seed">The same seed gives the same completions.</param>
    /// <param name="maxDraws">Gives up after so many draws.</param>
    /// <returns>The accepted completions, and the share of the draws that was accepted.</returns>
    /// <exception cref="InvalidOperationException">A reward is larger than the largest possible, or too few draws were accepted.</exception>
    public (IReadOnlyList<Completion> Accepted, double AcceptanceRate) Sample(
        Gpt reference, int[] prompt, int count, long seed, long maxDraws = 1_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        var accepted = new List<Completion>(count);
        long draws = 0;
        while (accepted.Count < count)
        {
            if (draws >= maxDraws)
            {
                throw new InvalidOperationException(
                    $"Of {draws} draws only {accepted.Count} were accepted: the optimum is too far from the reference. Use a larger β.");
            }

            var completions = sampler.Sample(reference, [.. Enumerable.Repeat(prompt, Batch)], seed, draws);
            var rewards = reward.Score(completions);
            for (var i = 0; i < Batch && accepted.Count < count; i++, draws++)
            {
                if (rewards[i] > maxReward)
                {
                    throw new InvalidOperationException($"A reward of {rewards[i]} is larger than the largest possible, {maxReward}.");
                }

                // Another stream than the tokens' own.
                if (SplitMix64.For(~seed, draws).NextDouble() < Math.Exp((rewards[i] - maxReward) / beta))
                {
                    accepted.Add(completions[i]);
                }
            }
        }

        return (accepted, accepted.Count / (double)draws);
    }
}
