using Course.Alignment.Conversations;
using Course.Alignment.FineTuning;
using Course.Data;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>Learns to answer, from questions about .NET and requests for stories with their answers.</summary>
internal sealed class FineTuningStage() : ChainStage(StageNames.FineTuning, "fine-tune: learn to answer")
{
    public override StageReport Run(ChainContext context)
    {
        var (texts, recipe) = (context.Texts, context.Recipe);
        using var model = context.Folder.LoadModel(StageNames.Pretraining);
        // As many questions as stories: of the documentation there is much more, and the stories would drown in it.
        var train = Dataset(context, [.. Some(texts.Questions, texts.Stories.Count, recipe.Seed), .. texts.Stories]);
        var unseen = Dataset(context, [.. texts.UnseenQuestions.Take(200), .. texts.UnseenStories.Take(200)]);
        var task = new SftTask(
            model,
            new MaskedBatches(train.Sequences, recipe.BatchSize, recipe.BlockSize, context.Template.PadToken, recipe.Seed),
            new MaskedBatches(unseen.Sequences, 32, recipe.BlockSize, context.Template.PadToken, seed: null, epochs: 1));
        var history = context.Train(task, new TrainerOptions
        {
            Steps = recipe.FineTuningSteps,
            LearningRate = recipe.LearningRate / 3,
            EvaluateEvery = Math.Max(recipe.FineTuningSteps / 4, 1),
        });
        model.Save(context.Folder.ModelFile(Name));
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["conversations"] = train.Sequences.Count,
                ["conversations left out as too long"] = train.LeftOut.Count,
                ["validation loss before"] = history.ValidationLosses[0],
                ["validation loss"] = history.FinalEvaluation!.Loss,
                ["next token right"] = history.FinalEvaluation.Accuracy!.Value,
            },
            Curves = StageCurves.Of(history),
            Samples = context.Samples(model),
        };
    }

    // Spread over the whole documentation, which is ordered by name.
    private static IEnumerable<Conversation> Some(IReadOnlyList<Conversation> conversations, int count, long seed) =>
        Enumerable.Range(0, Math.Min(count, conversations.Count)).Select(i => conversations[(int)new Permutation(conversations.Count, seed, 0)[i]]);

    private static ChatDataset Dataset(ChainContext context, IEnumerable<Conversation> conversations) =>
        ChatDataset.Build(conversations, context.Template, context.Recipe.BlockSize, Overlong.LeaveOut);
}
