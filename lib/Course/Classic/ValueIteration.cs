namespace Course.Classic;

/// <summary>
/// Computes the value of every action when the world's rules are known, without taking a step in it: Bellman, "Dynamic programming"
/// (1957). It is what a learner, who does not know the rules, should arrive at.
/// </summary>
public static class ValueIteration
{
    /// <summary>Applies Q(s, a) ← Σ p · (r + γ · max Q(s′, ·)) to all states and actions until nothing changes.</summary>
    /// <param name="world">The world.</param>
    /// <param name="discount">γ, what a reward is worth one step later; below 1, so that an endless walk has a finite value.</param>
    /// <param name="tolerance">The largest change at which it stops.</param>
    /// <returns>The values of the best policy; 0 for walls and ends.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The discount is not in [0, 1), or the tolerance is not positive.</exception>
    public static ActionValues Solve(GridWorld world, double discount, double tolerance = 1e-10)
    {
        ArgumentNullException.ThrowIfNull(world);
        Episode.CheckDiscount(discount);
        ArgumentOutOfRangeException.ThrowIfEqual(discount, 1.0);
        if (!(tolerance > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance is a positive number.");
        }

        var q = new ActionValues(world.States, world.Actions);
        double change;
        do
        {
            change = 0;
            for (var state = 0; state < world.States; state++)
            {
                for (var action = 0; action < world.Actions && world.IsOpen(state); action++)
                {
                    var value = world.Outcomes(state, action)
                        .Sum(o => o.Probability * (o.Reward + (o.Ends ? 0 : discount * q.Value(o.Next))));
                    change = Math.Max(change, Math.Abs(value - q[state, action]));
                    q[state, action] = value;
                }
            }
        }
        while (change > tolerance);

        return q;
    }
}
