using Course.Alignment.Conversations;
using Course.Alignment.FineTuning;
using Course.Alignment.Measurement;
using Course.Alignment.Reinforcement;
using Course.Models;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>
/// Learning beyond the teachers, in small: a model that imitates careless teachers is wrong as often as they are; then it learns by GRPO,
/// from nothing but being told whether an answer was right, to be right nearly always.
/// </summary>
internal sealed class GrpoStage() : ChainStage(StageNames.Grpo, "learn a task that can be checked: GRPO")
{
    private const int Asked = 500;

    public override StageReport Run(ChainContext context)
    {
        var (recipe, folder, template) = (context.Recipe, context.Folder, SortingTask.Template);
        using var model = new Gpt(
            new GptConfig { VocabularySize = SortingTask.Tokenizer.VocabularySize, BlockSize = 16, Layers = 2, Heads = 4, Width = 64 }, recipe.Seed);
        FineTune(context, model);
        var before = RightAnswers(model, template);
        using var trainer = new GrpoTrainer(
            model,
            [.. SortingTask.Questions(4000, recipe.Seed + 1).Select(SortingTask.Prompt)],
            SortingTask.Reward,
            new GrpoOptions
            {
                Iterations = recipe.GrpoIterations,
                Prompts = 32,
                GroupSize = 8,
                MaxTokens = SortingTask.Digits + 2,
                Epochs = 1,
                MiniBatches = 2,
                Schedule = LearningRateSchedule.WarmupCosine(1e-3, 0, recipe.GrpoIterations, 1e-4),
                Beta = 0,
                Seed = recipe.Seed,
                CheckpointFolder = Path.Combine(context.CheckpointFolder, "grpo"),
                CheckpointEvery = Math.Max(recipe.GrpoIterations / 10, 1),
            },
            template.EndToken,
            template.PadToken);
        var history = context.Train(trainer, recipe.GrpoIterations, Metric.Score);
        var after = RightAnswers(model, template);
        model.Save(folder.ModelFile(Name));
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["unseen questions right before"] = before.Share,
                ["unseen questions right after"] = after.Share,
                ["questions"] = Asked,
            },
            Curves = StageCurves.Of(history),
            Text = $"Right answers to {Asked} questions it has not seen, sampled at temperature 1: {before} before, {after} after.",
        };
    }

    private static void FineTune(ChainContext context, Gpt model)
    {
        const int Rows = 32;
        var recipe = context.Recipe;
        var conversations = SortingTask.Questions(4000, recipe.Seed)
            .Select(question => Conversation.Of(question, SortingTask.CarelessAnswer(question, recipe.Seed)));
        var data = ChatDataset.Build(conversations, SortingTask.Template, model.BlockSize);
        context.Train(
            new SftTask(model, new MaskedBatches(data.Sequences, Rows, model.BlockSize, SortingTask.Template.PadToken, recipe.Seed)),
            new TrainerOptions { Steps = recipe.TaskFineTuningSteps, Schedule = LearningRateSchedule.Constant(2e-3) },
            "sft");
    }

    private static Proportion RightAnswers(Gpt model, ChatTemplate template)
    {
        var sampler = new CompletionSampler(template.EndToken, template.PadToken, SortingTask.Digits + 2);
        var prompts = SortingTask.Questions(Asked, seed: 3, unseen: true).Select(SortingTask.Prompt).ToList();
        return new Proportion(SortingTask.Reward.Score(sampler.Sample(model, prompts, seed: 4)).Sum(), Asked);
    }
}
