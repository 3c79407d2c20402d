namespace Course.Generation;

/// <summary>
/// Makes tokens that stand in the text already less likely: a positive logit is divided by the penalty, a negative one multiplied
/// with it (Keskar et al. 2019, section 4.1).
/// </summary>
/// <param name="penalty">1 changes nothing, above 1 discourages, below 1 encourages repetition; 1.1 to 1.3 is usual.</param>
/// <exception cref="ArgumentOutOfRangeException">The penalty is not a positive number.</exception>
public sealed class RepetitionPenalty(double penalty) : ILogitsProcessor
{
    private readonly double penalty = penalty > 0 && double.IsFinite(penalty)
        ? penalty
        : throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "The repetition penalty is a positive number; 1 changes nothing.");

    /// <inheritdoc/>
    public void Process(Span<double> logits, ReadOnlySpan<int> text)
    {
        // However often a token occurs, it is penalised once.
        var seen = new HashSet<int>();
        foreach (var token in text)
        {
            if ((uint)token < (uint)logits.Length && seen.Add(token))
            {
                ref var logit = ref logits[token];
                logit = logit > 0 ? logit / penalty : logit * penalty;
            }
        }
    }
}
