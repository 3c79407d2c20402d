using Course.Alignment.Conversations;
using Course.Data;

namespace Course.Alignment.Chain;

/// <summary>
/// What the chain's assistant reads and learns: the documentation of .NET and tales to predict, questions about .NET members with
/// their answers, and requests to begin a story with the beginnings of tales. A pure function of the recipe.
/// </summary>
internal sealed class AssistantTexts
{
    /// <summary>How many sentences the beginning of a story has: few enough for a small model to get to the end of it.</summary>
    private const int Sentences = 5;

    private const int MostAnswerCharacters = 200;

    private static readonly string[] Requests =
        ["Begin a story about {0} and a {1}.", "How does the story of {0} and the {1} begin?", "Tell me about {0} and a {1}."];

    public AssistantTexts(ChainRecipe recipe, CancellationToken cancellation = default)
    {
        var documentation = recipe.DocumentationCharacters == 0
            ? null
            : DotnetDocumentation.Load(cancellation: cancellation).Prose().Sample(recipe.DocumentationCharacters, recipe.Seed);
        if (documentation?.Split() is var (train, validation))
        {
            (DocumentationText, DocumentationValidation) = (train.Text(), validation.Text());
            Questions = Answered(train);
            UnseenQuestions = Answered(validation);
        }

        var tales = TinyTales.Stories(recipe.Tales, recipe.Seed).ToList();
        var unseen = TinyTales.Stories(Math.Max(recipe.ComparisonPrompts, recipe.Tales / 10), recipe.Seed, TaleSplit.Validation).ToList();
        TaleText = Join(tales);
        TaleValidation = Join(unseen);
        Stories = [.. tales.Select(Begun)];
        UnseenStories = [.. unseen.Select(Begun)];
    }

    /// <summary>The documentation to learn from; empty when the recipe has none.</summary>
    public string DocumentationText { get; } = "";

    /// <summary>The documentation that is only measured on.</summary>
    public string DocumentationValidation { get; } = "";

    /// <summary>The tales to learn from.</summary>
    public string TaleText { get; }

    /// <summary>The tales that are only measured on.</summary>
    public string TaleValidation { get; }

    /// <summary>Questions about .NET with their answers.</summary>
    public IReadOnlyList<Conversation> Questions { get; } = [];

    /// <summary>Questions about types that were not learned.</summary>
    public IReadOnlyList<Conversation> UnseenQuestions { get; } = [];

    /// <summary>Requests for stories with their beginnings.</summary>
    public IReadOnlyList<Conversation> Stories { get; }

    /// <summary>Requests that were not learned.</summary>
    public IReadOnlyList<Conversation> UnseenStories { get; }

    /// <summary>The question of a conversation.</summary>
    public static string PromptOf(Conversation conversation) => conversation.Messages[0].Text;

    private static Conversation Begun(Tale tale, int index)
    {
        var request = Requests[index % Requests.Length]
            .Replace("{0}", WordOf(tale, TaleRole.Hero), StringComparison.Ordinal)
            .Replace("{1}", WordOf(tale, TaleRole.Toy), StringComparison.Ordinal);
        return Conversation.Of(request, string.Join(' ', tale.Sentences.Take(Sentences)));
    }

    // The hero's name, not a pronoun: in some tales a pronoun comes first.
    private static string WordOf(Tale tale, TaleRole role) => tale.Mentions.Where(mention => mention.Role == role)
        .Select(mention => mention.In(tale.Text)).First(word => role != TaleRole.Hero || (char.IsUpper(word[0]) && word is not ("He" or "She" or "His" or "Her")));

    private static List<Conversation> Answered(DotnetDocumentation documentation) =>
    [
        .. documentation.QuestionAnswers(wordings: 2).Where(pair => pair.Answer.Length <= MostAnswerCharacters)
            .Select(pair => Conversation.Of(pair.Question, pair.Answer)),
    ];

    private static string Join(List<Tale> tales) => string.Concat(tales.Select(tale => tale.Text + "\n\n"));
}
