using Course.Alignment.FineTuning;
using Course.Alignment.Judgement;
using Course.Alignment.Reinforcement;

namespace Course.Alignment.Chain.Stages;

/// <summary>Learns to write what the reward model grades well, by PPO, with or without a price on KL.</summary>
internal sealed class PpoStage(string name, string title, bool priceOnKl) : ChainStage(name, title)
{
    /// <summary>Under this name the hidden taste is on record beside the learned reward.</summary>
    public const string TrueReward = "true reward";

    /// <summary>How it learns: with and without the price alike. Of two runs that differ in more, nobody knows which difference it was.</summary>
    /// <param name="recipe">The chain's.</param>
    internal PpoOptions Options(ChainRecipe recipe) => new()
    {
        Iterations = recipe.PpoIterations,
        Prompts = recipe.PpoPrompts,
        MaxTokens = recipe.MaxTokens,
        Epochs = 2,
        MiniBatches = 4,
        // The only score comes at the end of a story: with λ < 1 the first words would hardly hear of it while the values are young.
        Lambda = 1,
        LearningRate = recipe.PpoLearningRate,
        Kl = new FixedKlCoefficient { Initial = priceOnKl ? recipe.KlCoefficient : 0 },
        MissingEndScore = -1,
        Seed = recipe.Seed,
        CheckpointEvery = Math.Max(recipe.PpoIterations / 20, 1),
    };

    public override StageReport Run(ChainContext context)
    {
        var (recipe, folder, template) = (context.Recipe, context.Folder, context.Template);
        using var start = folder.LoadModel(StageNames.FineTuning);
        using var reference = start.FrozenCopy();
        using var reward = RewardModel.Load(folder.ModelFile(StageNames.Reward));
        using var model = new ActorCritic(start.Copy());
        using var trainer = new PpoTrainer(
            model,
            [.. context.Texts.Stories.Select(AssistantTexts.PromptOf).Distinct().Select(context.PromptTokens)],
            new LearnedReward(reward),
            Options(recipe) with { CheckpointFolder = context.CheckpointFolder },
            template.EndToken,
            template.PadToken,
            reference);
        trainer.Watch(TrueReward, context.Taste);
        var history = context.Train(trainer, recipe.PpoIterations, Metric.Score, Metric.Kl, TrueReward);
        model.Policy.Save(folder.ModelFile(Name));
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["learned reward at the start"] = history[0][Metric.Score],
                ["learned reward at the end"] = history[^1][Metric.Score],
                ["true reward at the start"] = history[0][TrueReward],
                ["true reward at its best"] = history.Max(iteration => iteration[TrueReward]),
                ["true reward at the end"] = history[^1][TrueReward],
                ["KL at the end (nats)"] = history[^1][Metric.Kl],
            },
            Curves = StageCurves.Of(history),
            Samples = context.Samples(model.Policy),
        };
    }
}
