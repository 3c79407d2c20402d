using Course.Alignment.Conversations;
using Course.Alignment.FineTuning;

namespace Course.Alignment.Judgement;

/// <summary>
/// Judgements made ready for training, as tokens: for a reward model and for DPO alike. What says nothing or does not fit is left out,
/// and that is on record.
/// </summary>
public sealed class JudgedTexts
{
    private JudgedTexts(List<PreferencePair> pairs, List<int> ties, List<int> leftOut) => (Pairs, Ties, LeftOut) = (pairs, ties, leftOut);

    /// <summary>The pairs, with the answers marked: what <see cref="DpoTask"/> learns from.</summary>
    public IReadOnlyList<PreferencePair> Pairs { get; }

    /// <summary>The same pairs as <see cref="RewardModelTask"/> takes them.</summary>
    public IReadOnlyList<RewardPair> RewardPairs => [.. Pairs.Select(pair => new RewardPair(pair.Chosen.Tokens, pair.Rejected.Tokens))];

    /// <summary>The numbers of the judgements that prefer neither text.</summary>
    public IReadOnlyList<int> Ties { get; }

    /// <summary>The numbers of the judgements of which a text is too long.</summary>
    public IReadOnlyList<int> LeftOut { get; }

    /// <summary>Judgements of answers to questions.</summary>
    /// <param name="preferences">The judgements.</param>
    /// <param name="template">How question and answer become tokens.</param>
    /// <param name="blockSize">The most tokens the model reads.</param>
    /// <param name="overlong">What happens where a text is longer.</param>
    /// <exception cref="ArgumentException">A text is too long and must not be left out.</exception>
    public static JudgedTexts Build(
        IEnumerable<Preference> preferences, ChatTemplate template, int blockSize, Overlong overlong = Overlong.Refuse)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Build(preferences, (prompt, text) => template.Render(Conversation.Of(prompt, text)), blockSize, overlong);
    }

    /// <summary>Judgements of texts of any kind: of stories that go on from a beginning, for example.</summary>
    /// <param name="preferences">The judgements.</param>
    /// <param name="render">Prompt and text as tokens, the text being learned.</param>
    /// <param name="blockSize">The most tokens the model reads.</param>
    /// <param name="overlong">What happens where a text is longer.</param>
    /// <exception cref="ArgumentException">A text is too long and must not be left out.</exception>
    public static JudgedTexts Build(
        IEnumerable<Preference> preferences, Func<string, string, MaskedSequence> render, int blockSize, Overlong overlong = Overlong.Refuse)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        ArgumentNullException.ThrowIfNull(render);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        var (pairs, ties, leftOut) = (new List<PreferencePair>(), new List<int>(), new List<int>());
        foreach (var (index, preference) in preferences.Index())
        {
            if (preference is not { Chosen: { } chosen, Rejected: { } rejected })
            {
                ties.Add(index);
                continue;
            }

            var prompt = preference.Pair.Prompt;
            var pair = new PreferencePair(render(prompt, chosen), render(prompt, rejected));
            if (Math.Max(pair.Chosen.Length, pair.Rejected.Length) <= blockSize)
            {
                pairs.Add(pair);
            }
            else if (overlong == Overlong.LeaveOut)
            {
                leftOut.Add(index);
            }
            else
            {
                throw new ArgumentException(
                    $"A text of judgement {index} has {Math.Max(pair.Chosen.Length, pair.Rejected.Length)} tokens, but the model reads at most "
                    + $"{blockSize}. Leave such judgements out ({nameof(Overlong)}.{nameof(Overlong.LeaveOut)}) or use a larger model.",
                    nameof(preferences));
            }
        }

        return new JudgedTexts(pairs, ties, leftOut);
    }

    /// <summary>The report in words.</summary>
    public override string ToString() => $"{Pairs.Count} judgements; {Ties.Count} ties and {LeftOut.Count} with too long a text left out.";
}
