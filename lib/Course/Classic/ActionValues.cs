namespace Course.Classic;

/// <summary>
/// What is each action worth in each state? The table Q(state, action), and the words that follow from it: the value V of a state, the
/// advantage A of an action, and the greedy policy.
/// </summary>
public sealed class ActionValues
{
    private readonly double[,] values;

    /// <summary>A table of zeros.</summary>
    /// <param name="states">How many states there are.</param>
    /// <param name="actions">How many actions there are.</param>
    public ActionValues(int states, int actions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(actions, 1);
        values = new double[states, actions];
    }

    /// <summary>How many states there are.</summary>
    public int States => values.GetLength(0);

    /// <summary>How many actions there are.</summary>
    public int Actions => values.GetLength(1);

    /// <summary>Q(s, a): the expected return after doing <paramref name="action"/> in <paramref name="state"/>.</summary>
    public double this[int state, int action]
    {
        get => values[state, action];
        set => values[state, action] = value;
    }

    /// <summary>The best action of a state; the first of equals.</summary>
    public int Best(int state)
    {
        var best = 0;
        for (var action = 1; action < Actions; action++)
        {
            best = values[state, action] > values[state, best] ? action : best;
        }

        return best;
    }

    /// <summary>V(s): what a state is worth to whoever takes its best action.</summary>
    public double Value(int state) => values[state, Best(state)];

    /// <summary>A(s, a) = Q(s, a) − V(s): how much better (or, here, worse) an action is than what one does otherwise.</summary>
    public double Advantage(int state, int action) => values[state, action] - Value(state);
}
