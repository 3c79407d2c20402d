using Course.Data;

namespace Course.Classic;

/// <summary>
/// Learns what actions are worth by trying them, without knowing the world's rules: Watkins, "Learning from delayed rewards" (1989);
/// Watkins and Dayan, "Q-learning" (1992).
/// </summary>
public sealed class QLearning
{
    private SplitMix64 random;

    /// <summary>A learner that has tried nothing.</summary>
    /// <param name="states">How many states there are.</param>
    /// <param name="actions">How many actions there are.</param>
    /// <param name="discount">γ, what a reward is worth one step later, 0 to 1.</param>
    /// <param name="learningRate">α, how far an estimate moves towards what was just seen, above 0 up to 1.</param>
    /// <param name="epsilon">ε, the chance to try any action, 0 to 1.</param>
    /// <param name="seed">Another seed gives other trials.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public QLearning(int states, int actions, double discount = 0.9, double learningRate = 0.5, double epsilon = 0.1, long seed = 0)
    {
        Episode.CheckDiscount(discount);
        if (learningRate is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "α lies above 0 and at most at 1.");
        }

        if (epsilon is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "ε is a chance, between 0 and 1.");
        }

        Values = new ActionValues(states, actions);
        (Discount, LearningRate, Epsilon) = (discount, learningRate, epsilon);
        random = SplitMix64.For(seed, index: 3);
    }

    /// <summary>What the learner believes: Q(s, a).</summary>
    public ActionValues Values { get; }

    /// <summary>γ.</summary>
    public double Discount { get; }

    /// <summary>α.</summary>
    public double LearningRate { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>What to do while learning: mostly the best known action (equals are drawn by lot), with the chance ε any.</summary>
    public int Explore(int state)
    {
        if (random.NextDouble() < Epsilon)
        {
            return random.Next(Values.Actions);
        }

        var best = Values.Value(state);
        var equals = new List<int>();
        for (var action = 0; action < Values.Actions; action++)
        {
            if (Values[state, action] == best)
            {
                equals.Add(action);
            }
        }

        return random.Pick(equals);
    }

    /// <summary>Moves one entry of the table towards what one step showed: Q ← Q + α (r + γ max Q(s′, ·) − Q).</summary>
    /// <returns>The surprise: how far the entry was from r + γ max Q(s′, ·), the temporal-difference error.</returns>
    public double Learn(Transition step)
    {
        var target = step.Reward + (step.Ends ? 0 : Discount * Values.Value(step.Next));
        var surprise = target - Values[step.State, step.Action];
        Values[step.State, step.Action] += LearningRate * surprise;
        return surprise;
    }

    /// <summary>Walks once through a world and learns at every step.</summary>
    /// <param name="world">The world.</param>
    /// <param name="maxSteps">When to stop at the latest.</param>
    /// <param name="seed">Luck, in a world where one may slip.</param>
    /// <exception cref="ArgumentException">The world has other states or actions than the table.</exception>
    public IReadOnlyList<Transition> Practise(GridWorld world, int maxSteps = 200, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(world);
        if (world.States != Values.States || world.Actions != Values.Actions)
        {
            throw new ArgumentException(
                $"The world has {world.States} states and {world.Actions} actions, the table {Values.States} and {Values.Actions}.", nameof(world));
        }

        return Episode.Walk(world, Explore, maxSteps, seed, step => Learn(step));
    }
}
