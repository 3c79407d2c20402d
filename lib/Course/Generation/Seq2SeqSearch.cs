using Course.Models;

namespace Course.Generation;

/// <summary>One of the targets a beam search has found.</summary>
/// <param name="Tokens">The target, without start and end.</param>
/// <param name="LogProbability">The logarithm of the probability with which the model would write exactly this, its end included.</param>
/// <param name="Score">What targets are ranked by: <see cref="LogProbability"/> divided by length^penalty.</param>
/// <param name="IsFinished">Whether it has ended, and not only run out of room.</param>
public sealed record FoundTarget(IReadOnlyList<int> Tokens, double LogProbability, double Score, bool IsFinished);

/// <summary>Beam search for encoder-decoders, as for translation (Vaswani et al. 2017, section 6.1, with 4 beams and a penalty of 0.6).</summary>
public static class Seq2SeqSearch
{
    /// <summary>Looks for the likeliest targets as a whole, where <see cref="Seq2Seq.Write"/> takes the likeliest token at each step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The text to answer.</param>
    /// <param name="startToken">The token targets start with.</param>
    /// <param name="endToken">The token targets end with.</param>
    /// <param name="beams">How many beginnings are followed at once; 1 is greedy choice.</param>
    /// <param name="lengthPenalty">
    /// Targets are ranked by log p / length^penalty: 0 prefers short ones, 1 compares the mean per token, more prefers long ones.
    /// </param>
    /// <param name="maxTokens">How many tokens are written at most, the end included; as many as the model can when left out.</param>
    /// <param name="cancellation">Stops between two tokens with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>At most <paramref name="beams"/> targets, best first.</returns>
    /// <exception cref="ArgumentException">The source is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or a number is out of its range.</exception>
    public static IReadOnlyList<FoundTarget> BeamSearch(
        this Seq2Seq model,
        IReadOnlyList<int> source,
        int startToken,
        int endToken,
        int beams = 4,
        double lengthPenalty = 0.6,
        int? maxTokens = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        foreach (var token in source.Append(startToken).Append(endToken))
        {
            if (token < 0 || token >= model.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(source), token, $"The model's tokens are 0 to {model.VocabularySize - 1}.");
            }
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(beams, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens ?? 1, 1, nameof(maxTokens));
        if (!(lengthPenalty >= 0 && double.IsFinite(lengthPenalty)))
        {
            throw new ArgumentOutOfRangeException(nameof(lengthPenalty), lengthPenalty, "The length penalty is 0 or more; 0.6 is usual.");
        }

        using var continuation = new Seq2SeqContinuation(model, source);
        // The last token is chosen with all earlier ones and the start token in sight, so the context never overflows.
        var longest = Math.Min(maxTokens ?? int.MaxValue, model.Config.BlockSize);
        return [.. new BeamSearch(continuation, model.VocabularySize, FullContext.Slide)
            .Search([startToken], longest, beams, lengthPenalty, endToken, cancellation)
            .Select(beam => new FoundTarget(
                beam.IsFinished ? beam.Tokens[..^1] : beam.Tokens, beam.LogProbability, beam.Score(lengthPenalty), beam.IsFinished))];
    }
}
