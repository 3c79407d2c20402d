namespace Course.Alignment.Conversations;

/// <summary>What happens to a conversation whose last question and answer alone are longer than a model reads.</summary>
public enum Overlong
{
    /// <summary>It is an error that names the conversation.</summary>
    Refuse,

    /// <summary>The conversation is left out, and <see cref="ChatDataset.LeftOut"/> says so.</summary>
    LeaveOut,
}

/// <summary>
/// Conversations made ready for training: each fits into what the model reads, and what had to be given up for that is on record.
/// An answer is never cut: a model that learns from halves of answers learns to stop in the middle, or not at all.
/// </summary>
public sealed class ChatDataset
{
    private ChatDataset(List<MaskedSequence> sequences, List<int> shortened, List<int> leftOut)
    {
        Sequences = sequences;
        Shortened = shortened;
        LeftOut = leftOut;
    }

    /// <summary>The conversations as tokens, in the given order.</summary>
    public IReadOnlyList<MaskedSequence> Sequences { get; }

    /// <summary>The numbers of the conversations that lost their oldest questions and answers.</summary>
    public IReadOnlyList<int> Shortened { get; }

    /// <summary>The numbers of the conversations that are missing.</summary>
    public IReadOnlyList<int> LeftOut { get; }

    /// <summary>Renders conversations and makes them fit.</summary>
    /// <param name="conversations">Answered conversations.</param>
    /// <param name="template">How they are rendered.</param>
    /// <param name="blockSize">The most tokens the model reads; a row may have one more, which is only predicted.</param>
    /// <param name="overlong">What happens where one exchange alone is too long.</param>
    /// <exception cref="ArgumentException">A conversation has no answer, or is too long and must not be left out.</exception>
    public static ChatDataset Build(
        IEnumerable<Conversation> conversations, ChatTemplate template, int blockSize, Overlong overlong = Overlong.Refuse)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        var (sequences, shortened, leftOut) = (new List<MaskedSequence>(), new List<int>(), new List<int>());
        foreach (var (index, conversation) in conversations.Index())
        {
            if (!conversation.IsAnswered)
            {
                throw new ArgumentException(
                    $"Conversation {index} ends with a question: there is nothing to learn in it.", nameof(conversations));
            }

            if (Fit(conversation, template, blockSize, out var dropped) is { } sequence)
            {
                sequences.Add(sequence);
                if (dropped > 0)
                {
                    shortened.Add(index);
                }
            }
            else if (overlong == Overlong.LeaveOut)
            {
                leftOut.Add(index);
            }
            else
            {
                throw new ArgumentException(
                    $"The last question and answer of conversation {index} have more than {blockSize + 1} tokens, the most that fit. "
                    + $"Leave such conversations out ({nameof(Overlong)}.{nameof(Overlong.LeaveOut)}) or use a larger model.",
                    nameof(conversations));
            }
        }

        return new ChatDataset(sequences, shortened, leftOut);
    }

    /// <summary>
    /// The end of a conversation that fits: as few of the oldest exchanges as needed are dropped, the system message stays, and the
    /// last question and answer stay whole.
    /// </summary>
    /// <param name="conversation">An answered conversation.</param>
    /// <param name="template">How it is rendered.</param>
    /// <param name="blockSize">The most tokens the model reads.</param>
    /// <param name="droppedExchanges">How many questions and answers were dropped.</param>
    /// <returns>The tokens; <see langword="null"/> when the last exchange alone is too long.</returns>
    public static MaskedSequence? Fit(Conversation conversation, ChatTemplate template, int blockSize, out int droppedExchanges)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(template);
        droppedExchanges = 0;
        for (var rest = conversation; rest is not null; rest = rest.WithoutOldestExchange(), droppedExchanges++)
        {
            if (template.Render(rest) is var sequence && sequence.Length - 1 <= blockSize)
            {
                return sequence;
            }
        }

        return null;
    }

    /// <summary>The report in words.</summary>
    public override string ToString() =>
        $"{Sequences.Count} conversations, {Shortened.Count} of them without their oldest exchanges; {LeftOut.Count} left out as too long.";
}
