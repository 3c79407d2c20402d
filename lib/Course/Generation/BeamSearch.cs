using Course.Runtime;

namespace Course.Generation;

/// <summary>
/// Looks for the likeliest text as a whole. Greedy choice cannot take an unlikely word for the sake of a likely sentence; beam search
/// follows several beginnings at once and keeps the best of their continuations.
/// </summary>
/// <remarks>
/// Long texts have small probabilities, whatever they say. Hypotheses are therefore compared by log p / length^penalty (Wu et al.
/// 2016, section 7, in the simple form most programs use): 0 compares probabilities, 1 the mean per token.
/// </remarks>
/// <param name="model">The model.</param>
/// <param name="vocabulary">How many of its tokens may be chosen.</param>
/// <param name="fullContext">What is read of a text that has become too long.</param>
internal sealed class BeamSearch(INextTokenModel model, int vocabulary, FullContext fullContext)
{
    /// <summary>Finds the best continuations, best first.</summary>
    /// <param name="prompt">The tokens to continue.</param>
    /// <param name="maxTokens">How many tokens are written at most, a stop token included.</param>
    /// <param name="width">How many beginnings are followed, and how many results there are at most.</param>
    /// <param name="lengthPenalty">The exponent of the length; not negative.</param>
    /// <param name="stopToken">Ends a hypothesis; <see langword="null"/> for none.</param>
    /// <param name="cancellation">Stops between two tokens.</param>
    public IReadOnlyList<Beam> Search(
        IReadOnlyList<int> prompt, int maxTokens, int width, double lengthPenalty, int? stopToken, CancellationToken cancellation)
    {
        var live = new List<Beam> { new([], 0, false) };
        var finished = new List<Beam>();
        for (var length = 1; length <= maxTokens && live.Count > 0; length++)
        {
            Interruption.Point(cancellation);
            var candidates = Expand(prompt, live, width, stopToken);
            finished.AddRange(candidates.Take(width).Where(beam => beam.IsFinished));
            live = [.. candidates.Where(beam => !beam.IsFinished).Take(width)];
            finished = [.. finished.OrderByDescending(Score).Take(width)];
            // Going on only lowers a probability, and no text will be longer than maxTokens: this is the best that can still come.
            if (finished.Count == width
                && (live.Count == 0 || live[0].LogProbability / Math.Pow(maxTokens, lengthPenalty) <= Score(finished[^1])))
            {
                return finished;
            }
        }

        return [.. finished.Concat(live).OrderByDescending(Score).Take(width)];

        double Score(Beam beam) => beam.Score(lengthPenalty);
    }

    // All continuations that can be among the best, best first.
    private List<Beam> Expand(IReadOnlyList<int> prompt, List<Beam> live, int width, int? stopToken)
    {
        var texts = live.Select(beam => Window(prompt, beam.Tokens)).ToList();
        var rows = model.NextLogits(texts);
        var candidates = new List<Beam>();
        for (var i = 0; i < live.Count; i++)
        {
            var logits = rows[i].AsSpan(0, vocabulary);
            var steps = SoftmaxNumbers.LogProbabilities(logits);
            // One of a beam's tokens may be the stop token, so one more than the width leaves enough to go on with.
            foreach (var token in SoftmaxNumbers.LikeliestFirst(steps).Take(width + 1))
            {
                if (!double.IsNegativeInfinity(steps[token]))
                {
                    candidates.Add(new([.. live[i].Tokens, token], live[i].LogProbability + steps[token], token == stopToken));
                }
            }
        }

        return [.. candidates.OrderByDescending(beam => beam.LogProbability)];
    }

    private int[] Window(IReadOnlyList<int> prompt, int[] written)
    {
        var length = prompt.Count + written.Length;
        var start = Windows.Start(length, model.BlockSize, fullContext);
        return [.. prompt.Concat(written).Skip(start)];
    }

    /// <summary>A beginning that is followed.</summary>
    internal sealed record Beam(int[] Tokens, double LogProbability, bool IsFinished)
    {
        public double Score(double lengthPenalty) => LogProbability / Math.Pow(Math.Max(1, Tokens.Length), lengthPenalty);
    }
}
