using Course.Tokenization;

namespace Course.Alignment.Conversations;

/// <summary>
/// How a conversation becomes one row of tokens. A special token opens each turn, and another ends each answer, so that the model
/// can say that it has finished:
/// <code>
/// &lt;|user|&gt;What is 2 + 2?&lt;|assistant|&gt;4&lt;|endoftext|&gt;&lt;|user|&gt;And 3 + 3?&lt;|assistant|&gt;6&lt;|endoftext|&gt;
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// What is said is always encoded as plain text: a user who types <c>&lt;|assistant|&gt;</c> gets these characters and not the token,
/// and so cannot put words into the assistant's mouth.
/// </para>
/// <para>
/// The loss counts the assistant's words and the token that ends them, and nothing else: neither the question, which the model is
/// given, nor the token that opens the answer, which the program sets (as in the demonstrations of Ouyang et al. 2022, section 3.5).
/// </para>
/// </remarks>
public sealed class ChatTemplate
{
    private readonly ITokenizer tokenizer;
    private readonly int? system;
    private readonly int user;
    private readonly int assistant;

    /// <summary>The template for a tokenizer.</summary>
    /// <param name="tokenizer">
    /// Its special tokens contain those of <see cref="SpecialTokens.Chat"/>, and <see cref="SpecialTokens.SystemTurn"/> if there
    /// are to be system messages.
    /// </param>
    /// <exception cref="ArgumentException">A special token is missing; the message says which.</exception>
    public ChatTemplate(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        this.tokenizer = tokenizer;
        user = tokenizer.IdOf(SpecialTokens.User);
        assistant = tokenizer.IdOf(SpecialTokens.Assistant);
        EndToken = tokenizer.IdOf(SpecialTokens.EndOfText);
        PadToken = tokenizer.IdOf(SpecialTokens.Pad);
        system = tokenizer.SpecialTokens.Contains(SpecialTokens.SystemTurn) ? tokenizer.IdOf(SpecialTokens.SystemTurn) : null;
    }

    /// <summary>The token that ends an answer.</summary>
    public int EndToken { get; }

    /// <summary>The token that fills rows; never the same as <see cref="EndToken"/>, which a model must learn to write.</summary>
    public int PadToken { get; }

    /// <summary>A conversation as tokens, the assistant's being learned.</summary>
    /// <param name="conversation">Any conversation, answered or not.</param>
    /// <exception cref="ArgumentException">It has a system message and the tokenizer no token for it.</exception>
    public MaskedSequence Render(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var tokens = new List<int>();
        var learned = new List<bool>();
        foreach (var message in conversation.Messages)
        {
            Add([OpeningOf(message.Role)], isLearned: false);
            Add(tokenizer.Encode(message.Text), message.Role == ChatRole.Assistant);
            if (message.Role == ChatRole.Assistant)
            {
                Add([EndToken], isLearned: true);
            }
        }

        return new MaskedSequence(tokens, learned);

        void Add(int[] part, bool isLearned)
        {
            tokens.AddRange(part);
            learned.AddRange(Enumerable.Repeat(isLearned, part.Length));
        }
    }

    /// <summary>An unanswered conversation as the tokens a model continues: they end with the opening of the answer.</summary>
    /// <param name="conversation">A conversation whose last message is the user's.</param>
    /// <exception cref="ArgumentException">The assistant has the last word already.</exception>
    public int[] RenderPrompt(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return conversation.IsAnswered
            ? throw new ArgumentException("The assistant has answered already; there is nothing to ask.", nameof(conversation))
            : [.. Render(conversation).Tokens, assistant];
    }

    /// <summary>An answer's tokens as text, without the token that ends it and whatever follows.</summary>
    /// <param name="tokens">What the model wrote after a prompt.</param>
    /// <returns>The text, and whether the model ended the answer itself.</returns>
    public (string Text, bool Ended) ReadAnswer(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var answer = tokens.TakeWhile(token => token != EndToken).ToArray();
        return (tokenizer.Decode(answer), answer.Length < tokens.Count);
    }

    private int OpeningOf(ChatRole role) => role switch
    {
        ChatRole.User => user,
        ChatRole.Assistant => assistant,
        _ => system ?? throw new ArgumentException(
            $"The conversation has a system message, but the tokenizer has no token {SpecialTokens.SystemTurn} to open it. Train the "
            + $"tokenizer with it, or put the message into the first question. The tokenizer has: {tokenizer.SpecialTokens}."),
    };
}
