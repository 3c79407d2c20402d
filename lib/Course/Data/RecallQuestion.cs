namespace Course.Data;

/// <summary>
/// A story whose last sentence asks for something said earlier, and breaks off before the answer. Exactly one answer is right, so the
/// share of right answers measures how far back a model remembers.
/// </summary>
/// <param name="Prompt">The story up to the answer, without a blank at its end.</param>
/// <param name="Answer">The one right next word.</param>
/// <param name="Choices">All words that could stand there; guessing is right once in <c>Choices.Count</c> times.</param>
/// <param name="Distance">How many sentences before the asking sentence the answer was said: 1 is the sentence directly before it.</param>
/// <param name="AnswerStart">The position in the prompt at which the answer was said.</param>
/// <param name="QuestionStart">The position in the prompt at which the last sentence starts.</param>
public sealed record RecallQuestion(
    string Prompt, string Answer, IReadOnlyList<string> Choices, int Distance, int AnswerStart, int QuestionStart)
{
    /// <summary>The whole story, with the right answer: what a model trains on.</summary>
    public string Text => $"{Prompt} {Answer}.";

    /// <summary>How many characters lie between the beginning of the fact's answer and the place where it is asked for.</summary>
    public int CharacterDistance => Prompt.Length + 1 - AnswerStart;

    /// <inheritdoc/>
    public override string ToString() => $"{Prompt} [{Answer}]";
}
