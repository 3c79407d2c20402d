using Course.Alignment.Conversations;
using Course.Alignment.Reinforcement;
using Course.Data;
using Course.Tokenization;

namespace Course.Alignment.Chain;

/// <summary>
/// A task whose answers a program can check: to sort five digits. "31415" is answered by "11345" and by nothing else, so the reward
/// needs no model, and nothing but being right earns it.
/// </summary>
public static class SortingTask
{
    /// <summary>How many digits are sorted.</summary>
    public const int Digits = 5;

    private const int Numbers = 100_000;
    private const double UnseenShare = 0.1;
    // Two of three answers and a few more are wrong, and yet the truth is commoner than any one of the four slips.
    private const double Carelessness = 0.7;

    /// <summary>One token a digit, and those of a chat.</summary>
    public static CharTokenizer Tokenizer { get; } = new("0123456789", SpecialTokens.Chat);

    /// <summary>How a question and its answer become tokens.</summary>
    public static ChatTemplate Template { get; } = new(Tokenizer);

    /// <summary>1 for the right answer, 0 for any other and for one without an end.</summary>
    public static IRewardFunction Reward { get; } = new DelegateReward(completion =>
        completion.Ended && Tokenizer.Decode([.. completion.Text]) == Answer(Question(completion.Prompt)) ? 1 : 0);

    /// <summary>The right answer.</summary>
    /// <param name="question">Digits.</param>
    public static string Answer(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return string.Concat(question.Order());
    }

    /// <summary>
    /// The answer of a careless teacher, who in seven of ten cases swaps two different neighbours: whoever imitates such teachers is as
    /// often wrong as they.
    /// </summary>
    /// <param name="question">Digits.</param>
    /// <param name="seed">Another seed errs elsewhere.</param>
    public static string CarelessAnswer(string question, long seed)
    {
        var answer = Answer(question).ToCharArray();
        var random = new SplitMix64(SplitMix64.Hash(seed, question));
        int[] places = [.. Enumerable.Range(0, answer.Length - 1).Where(place => answer[place] != answer[place + 1])];
        if (random.NextDouble() < Carelessness && places.Length > 0)
        {
            var place = random.Pick(places);
            (answer[place], answer[place + 1]) = (answer[place + 1], answer[place]);
        }

        return new string(answer);
    }

    /// <summary>Questions to learn from, or others that are never learned from, whatever the seed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed gives other questions.</param>
    /// <param name="unseen">Whether they are for measuring only.</param>
    public static IReadOnlyList<string> Questions(int count, long seed, bool unseen = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var random = SplitMix64.For(seed, unseen ? 1 : 0);
        var questions = new List<string>(count);
        while (questions.Count < count)
        {
            var question = random.Next(Numbers).ToString("D5", System.Globalization.CultureInfo.InvariantCulture);
            if (TextSplits.IsValidation(question, UnseenShare) == unseen)
            {
                questions.Add(question);
            }
        }

        return questions;
    }

    /// <summary>A question as the tokens a model continues.</summary>
    /// <param name="question">Digits.</param>
    public static int[] Prompt(string question) => Template.RenderPrompt(Conversation.Of(question));

    // The prompt is the token that opens the question, the digits, and the token that opens the answer.
    private static string Question(IReadOnlyList<int> prompt) => Tokenizer.Decode([.. prompt.Skip(1).SkipLast(1)]);
}
