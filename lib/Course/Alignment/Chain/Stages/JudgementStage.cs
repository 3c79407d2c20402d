using Course.Alignment.Judgement;

namespace Course.Alignment.Chain.Stages;

/// <summary>
/// Has the fine-tuned model write four stories for each request and has every two of them judged (Ouyang et al. 2022, section 3.5) by
/// three simulated annotators, who share the hidden taste and err in a tenth of their judgements, each elsewhere.
/// </summary>
internal sealed class JudgementStage() : ChainStage(StageNames.Judgement, "have pairs of answers judged")
{
    private const int StoriesPerRequest = 4;
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
        var pairs = Pairs(context, model, context.Texts.Stories, recipe.JudgedRequests, Judged);
        var preferences = pairs.Select((pair, i) => annotators[i % annotators.Length].Judge(pair)).Where(p => p.Chosen is not null).ToList();
        PreferenceFile.Write(folder.PreferencesFile, preferences);
        var honest = new SimulatedAnnotator("the taste itself", Like);
        var unseen = Pairs(context, model, context.Texts.UnseenStories, recipe.UnseenRequests, Unseen).Select(pair => honest.Judge(pair))
            .Where(p => p.Chosen is not null).ToList();
        PreferenceFile.Write(UnseenFile(folder), unseen);
        if (preferences.Count == 0 || unseen.Count == 0)
        {
            throw new InvalidOperationException(
                $"The fine-tuned model brought too few stories to an end within {recipe.MaxTokens} tokens for any two to be judged. "
                + $"Give it more updates ({nameof(ChainRecipe.PretrainingSteps)}, {nameof(ChainRecipe.FineTuningSteps)}).");
        }

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
        ChainContext context, Models.Gpt model, IReadOnlyList<Conversations.Conversation> stories, int requests, long seed)
    {
        var prompts = Enumerable.Range(0, requests).Select(i => AssistantTexts.PromptOf(stories[i % stories.Count])).ToList();
        var completions = context.Complete(
            model, [.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt, StoriesPerRequest))], (context.Recipe.Seed * 1000) + seed);
        var pairs = new List<TextPair>();
        foreach (var (prompt, group) in prompts.Zip(completions.Chunk(StoriesPerRequest)))
        {
            var written = group.Where(completion => completion.Ended).Select(context.TextOf).Distinct().ToList();
            for (var first = 0; first < written.Count; first++)
            {
                for (var second = first + 1; second < written.Count; second++)
                {
                    pairs.Add(new TextPair(prompt, written[first], written[second]));
                }
            }
        }

        return pairs;
    }
}
