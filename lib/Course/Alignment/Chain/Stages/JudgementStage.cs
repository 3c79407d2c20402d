using Course.Alignment.Judgement;

namespace Course.Alignment.Chain.Stages;

/// <summary>
/// Has the fine-tuned model write two stories for each request and has them judged by three simulated annotators, who share the hidden
/// taste and err in a tenth of their judgements, each elsewhere.
/// </summary>
internal sealed class JudgementStage() : ChainStage(StageNames.Judgement, "have pairs of answers judged")
{
    private const int Judged = 1;
    private const int Unseen = 2;

    private static readonly string[] Names = ["ada", "grace", "edsger"];

    /// <summary>The file of pairs judged without noise, which nobody learns from.</summary>
    public static string UnseenFile(ChainFolder folder) => Path.Combine(folder.Of(StageNames.Judgement), "unseen.jsonl");

    public override StageReport Run(ChainContext context)
    {
        var (recipe, folder) = (context.Recipe, context.Folder);
        using var model = folder.LoadModel(StageNames.FineTuning);
        var annotators = Names.Select(name => new SimulatedAnnotator(name, Like, flipRate: recipe.FlipRate, seed: recipe.Seed)).ToArray();
        var pairs = Pairs(context, model, context.Texts.Stories, recipe.Pairs, Judged);
        var preferences = pairs.Select((pair, i) => annotators[i % annotators.Length].Judge(pair)).Where(p => p.Chosen is not null).ToList();
        PreferenceFile.Write(folder.PreferencesFile, preferences);
        var honest = new SimulatedAnnotator("the taste itself", Like);
        var unseen = Pairs(context, model, context.Texts.UnseenStories, recipe.UnseenPairs, Unseen).Select(pair => honest.Judge(pair))
            .Where(p => p.Chosen is not null).ToList();
        PreferenceFile.Write(UnseenFile(folder), unseen);

        // Some pairs go to two annotators: how far people agree bounds what can be learned from them.
        var both = pairs.Where(pair => Like(pair.Prompt, pair.First) != Like(pair.Prompt, pair.Second)).Take(300)
            .SelectMany(pair => annotators.Take(2).Select(annotator => annotator.Judge(pair))).ToList();
        var (first, second) = Agreement.InCommon(both, Names[0], Names[1]);
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["judgements"] = preferences.Count,
                ["ties left out"] = pairs.Count - preferences.Count,
                ["judgements that follow the taste"] = preferences.Average(p => Like("", p.Chosen!) > Like("", p.Rejected!) ? 1.0 : 0),
                ["unseen pairs"] = unseen.Count,
                ["agreement of two annotators"] = Agreement.Observed(first, second),
                ["Cohen's kappa"] = Agreement.CohenKappa(first, second),
            },
            Samples = [.. preferences.Take(4).Select(p => new StageSample(
                p.Pair.Prompt, $"A: {p.Pair.First}\n\nB: {p.Pair.Second}", $"{p.Annotator} prefers {(p.Choice == Choice.First ? 'A' : 'B')}"))],
        };
    }

    private static double Like(string prompt, string story) => NatureTaste.Of(story);

    // Stories that were cut off are no stories to judge.
    private static List<TextPair> Pairs(
        ChainContext context, Models.Gpt model, IReadOnlyList<Conversations.Conversation> stories, int count, long seed)
    {
        var prompts = Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat(AssistantTexts.PromptOf(stories[i % stories.Count]), 2)).ToList();
        return
        [
            .. context.Complete(model, prompts, (context.Recipe.Seed * 1000) + seed).Chunk(2).Zip(prompts.Chunk(2))
                .Where(pair => pair.First.All(completion => completion.Ended))
                .Select(pair => new TextPair(pair.Second[0], context.TextOf(pair.First[0]), context.TextOf(pair.First[1]))),
        ];
    }
}
