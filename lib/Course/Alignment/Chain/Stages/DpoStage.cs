using Course.Alignment.FineTuning;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>Learns what is liked from the judgements themselves, by DPO: without a reward model and without sampling.</summary>
internal sealed class DpoStage() : ChainStage(StageNames.Dpo, "learn what is liked from the judgements: DPO")
{
    public override StageReport Run(ChainContext context)
    {
        var (recipe, folder) = (context.Recipe, context.Folder);
        using var policy = folder.LoadModel(StageNames.FineTuning);
        using var reference = policy.FrozenCopy();
        var pairs = RewardStage.Judged(context, folder.PreferencesFile).Pairs;
        var unseen = RewardStage.Judged(context, JudgementStage.UnseenFile(folder)).Pairs;
        var task = new DpoTask(
            policy,
            pairs,
            PreferenceLoss.ConservativeDpo(recipe.DpoBeta, recipe.FlipRate),
            RewardStage.BatchSize,
            context.Template.PadToken,
            recipe.Seed,
            unseen,
            reference);
        var history = context.Train(task, new TrainerOptions
        {
            Steps = recipe.DpoSteps,
            LearningRate = recipe.DpoLearningRate,
            EvaluateEvery = Math.Max(recipe.DpoSteps / 4, 1),
        });
        policy.Save(folder.ModelFile(Name));
        var measured = task.MeasureValidation();
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["pairs"] = pairs.Count,
                ["unseen pairs ordered right"] = measured.Accuracy,
                ["implicit reward of the better answers"] = measured.ChosenReward,
                ["implicit reward of the worse answers"] = measured.RejectedReward,
            },
            Curves = StageCurves.Of(history),
            Samples = context.Samples(policy),
        };
    }
}
