namespace Course.Alignment.Conversations;

/// <summary>Who speaks.</summary>
public enum ChatRole
{
    /// <summary>Sets the rules of the conversation; speaks once, before all others, or not at all.</summary>
    System,

    /// <summary>Asks.</summary>
    User,

    /// <summary>Answers: the only one whose words a model learns to produce.</summary>
    Assistant,
}

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said.</param>
public sealed record ChatMessage(ChatRole Role, string Text);

/// <summary>
/// A conversation: at most one system message, then user and assistant in turns, the user first. Immutable.
/// </summary>
public sealed class Conversation
{
    /// <summary>Checks and keeps the messages.</summary>
    /// <param name="messages">At least one of the user.</param>
    /// <exception cref="ArgumentException">The roles do not alternate as they should; the message says where.</exception>
    public Conversation(params IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Messages = [.. messages];
        var first = Messages.Count > 0 && Messages[0]?.Role == ChatRole.System ? 1 : 0;
        if (Messages.Count == first)
        {
            throw new ArgumentException("A conversation needs at least one message of the user.", nameof(messages));
        }

        for (var i = 0; i < Messages.Count; i++)
        {
            var message = Messages[i];
            if (message?.Text is null)
            {
                throw new ArgumentException($"Message {i} has no text.", nameof(messages));
            }

            var expected = i < first ? ChatRole.System : (i - first) % 2 == 0 ? ChatRole.User : ChatRole.Assistant;
            if (message.Role != expected)
            {
                throw new ArgumentException(
                    $"Message {i} is of the role {message.Role}, but {expected} speaks there: after at most one system message, user and "
                    + "assistant take turns.", nameof(messages));
            }
        }
    }

    /// <summary>The turns, first to last.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>Whether the assistant has the last word: such a conversation can be learned from, another can be answered.</summary>
    public bool IsAnswered => Messages[^1].Role == ChatRole.Assistant;

    /// <summary>One question and its answer.</summary>
    /// <param name="question">What the user says.</param>
    /// <param name="answer">What the assistant says; <see langword="null"/> when it has not answered yet.</param>
    /// <param name="system">The rules of the conversation, if there are any.</param>
    public static Conversation Of(string question, string? answer = null, string? system = null)
    {
        var messages = new List<ChatMessage>(3);
        if (system is not null)
        {
            messages.Add(new ChatMessage(ChatRole.System, system));
        }

        messages.Add(new ChatMessage(ChatRole.User, question));
        if (answer is not null)
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, answer));
        }

        return new Conversation(messages);
    }

    /// <summary>The conversation with one more message.</summary>
    /// <param name="text">What the next in turn says.</param>
    public Conversation Then(string text) =>
        new([.. Messages, new ChatMessage(IsAnswered ? ChatRole.User : ChatRole.Assistant, text)]);

    /// <summary>The conversation without its oldest question and answer; <see langword="null"/> when only one is left.</summary>
    /// <remarks>The system message stays: its rules hold to the end.</remarks>
    internal Conversation? WithoutOldestExchange()
    {
        var first = Messages[0].Role == ChatRole.System ? 1 : 0;
        return Messages.Count - first > 2 ? new Conversation([.. Messages.Take(first), .. Messages.Skip(first + 2)]) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(Environment.NewLine, Messages.Select(message => $"{message.Role}: {message.Text}"));
}
