using Course.Data;

namespace Course.Classic;

/// <summary>
/// A policy that learns directly: one number for each state and action, made into chances by the softmax. Actions that turned out
/// better than expected become more probable (REINFORCE: Williams, "Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning", 1992).
/// </summary>
public sealed class PolicyGradient
{
    private readonly double[,] logits;
    private readonly double[] values;
    private readonly int[] visits;
    private SplitMix64 random;

    /// <summary>A policy to which all actions are alike.</summary>
    /// <param name="states">How many states there are.</param>
    /// <param name="actions">How many actions there are.</param>
    /// <param name="learningRate">How far one episode moves the numbers, above 0.</param>
    /// <param name="baseline">
    /// Whether an action is judged by its advantage, the return minus the mean return from this state so far, instead of the return
    /// itself. It points the same way on average, with less noise.
    /// </param>
    /// <param name="seed">Another seed gives other choices.</param>
    public PolicyGradient(int states, int actions, double learningRate = 0.1, bool baseline = true, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(actions, 2);
        if (!(learningRate > 0 && double.IsFinite(learningRate)))
        {
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate is a positive number.");
        }

        (logits, values, visits) = (new double[states, actions], new double[states], new int[states]);
        (LearningRate, UsesBaseline) = (learningRate, baseline);
        random = SplitMix64.For(seed, index: 4);
    }

    /// <summary>How far one episode moves the numbers.</summary>
    public double LearningRate { get; }

    /// <summary>Whether actions are judged by their advantage.</summary>
    public bool UsesBaseline { get; }

    /// <summary>π(·|s): the chance of each action in a state.</summary>
    public double[] Probabilities(int state) =>
        LogisticRegression.Softmax([.. Enumerable.Range(0, logits.GetLength(1)).Select(action => logits[state, action])]);

    /// <summary>The mean return from a state so far, the baseline; 0 before the first.</summary>
    public double Value(int state) => values[state];

    /// <summary>Draws an action by its chance.</summary>
    public int Sample(int state)
    {
        var p = Probabilities(state);
        var rest = random.NextDouble();
        for (var action = 0; action < p.Length - 1; action++)
        {
            rest -= p[action];
            if (rest < 0)
            {
                return action;
            }
        }

        return p.Length - 1;
    }

    /// <summary>
    /// The gradient of ln π(action|state) with respect to the state's logits: 1 for the action itself minus the chance of each.
    /// Truth minus answer, as in classification with the opposite sign: here the logarithm shall grow.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="action">The action that was taken.</param>
    public double[] LogGradient(int state, int action) =>
        [.. Probabilities(state).Select((p, a) => (a == action ? 1 : 0) - p)];

    /// <summary>Learns from a whole episode: logits += rate · judgement · gradient of ln π, for every step.</summary>
    /// <param name="episode">The steps in order.</param>
    /// <param name="discount">γ, what a reward is worth one step later, 0 to 1.</param>
    /// <remarks>As most implementations do, it leaves out the factor γ^t that the exact gradient of the discounted return has.</remarks>
    public void Learn(IReadOnlyList<Transition> episode, double discount = 1)
    {
        ArgumentNullException.ThrowIfNull(episode);
        var returns = Episode.Returns([.. episode.Select(step => step.Reward)], discount);

        // All gradients are taken at the policy that walked the episode; only then is it changed.
        var change = new double[logits.GetLength(0), logits.GetLength(1)];
        for (var t = 0; t < episode.Count; t++)
        {
            var (state, action) = (episode[t].State, episode[t].Action);
            var judgement = UsesBaseline ? returns[t] - values[state] : returns[t];
            var gradient = LogGradient(state, action);
            for (var a = 0; a < gradient.Length; a++)
            {
                change[state, a] += LearningRate * judgement * gradient[a];
            }
        }

        for (var state = 0; state < change.GetLength(0); state++)
        {
            for (var a = 0; a < change.GetLength(1); a++)
            {
                logits[state, a] += change[state, a];
            }
        }

        // The baseline learns last: were the return already in it, an action would be compared with itself.
        for (var t = 0; t < episode.Count; t++)
        {
            var state = episode[t].State;
            visits[state]++;
            values[state] += (returns[t] - values[state]) / Math.Min(visits[state], 50);   // a moving mean: the policy changes
        }
    }
}
