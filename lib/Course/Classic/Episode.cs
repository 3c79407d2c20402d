using Course.Data;

namespace Course.Classic;

/// <summary>One step of an episode.</summary>
/// <param name="State">Where one was.</param>
/// <param name="Action">What one did.</param>
/// <param name="Reward">What it paid.</param>
/// <param name="Next">Where one got.</param>
/// <param name="Ends">Whether it was over then.</param>
public readonly record struct Transition(int State, int Action, double Reward, int Next, bool Ends);

/// <summary>What happens from the start to the end: the raw material of reinforcement learning.</summary>
public static class Episode
{
    /// <summary>Walks through a world until it ends or the steps are used up.</summary>
    /// <param name="world">The world.</param>
    /// <param name="policy">The action to take in a state.</param>
    /// <param name="maxSteps">When to stop at the latest.</param>
    /// <param name="seed">Another seed gives other luck in a world where one may slip.</param>
    /// <param name="learn">Called after every step, for those who learn on the way.</param>
    public static IReadOnlyList<Transition> Walk(
        GridWorld world, Func<int, int> policy, int maxSteps = 200, long seed = 0, Action<Transition>? learn = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps, 1);
        var random = SplitMix64.For(seed, index: 2);
        var steps = new List<Transition>();
        var state = world.Start;
        while (steps.Count < maxSteps)
        {
            var action = policy(state);
            var outcome = world.Step(state, action, random.NextDouble());
            var step = new Transition(state, action, outcome.Reward, outcome.Next, outcome.Ends);
            steps.Add(step);
            learn?.Invoke(step);
            if (outcome.Ends)
            {
                break;
            }

            state = outcome.Next;
        }

        return steps;
    }

    /// <summary>
    /// The return from each step on: its reward plus the discounted return of the next, G_t = r_t + γ G_(t+1) (Sutton and Barto, 2018,
    /// equation 3.9, where the reward is numbered one later).
    /// </summary>
    /// <param name="rewards">The reward of each step.</param>
    /// <param name="discount">γ, what a reward is worth one step later, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The discount is not between 0 and 1.</exception>
    public static double[] Returns(IReadOnlyList<double> rewards, double discount)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        CheckDiscount(discount);
        var returns = new double[rewards.Count];
        for (var t = rewards.Count - 1; t >= 0; t--)
        {
            returns[t] = rewards[t] + (t + 1 < rewards.Count ? discount * returns[t + 1] : 0);
        }

        return returns;
    }

    internal static void CheckDiscount(double discount)
    {
        if (discount is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(discount), discount, "A discount γ lies between 0 and 1.");
        }
    }
}
