using Course.Alignment.Conversations;
using Course.Alignment.Judgement;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>Learns to judge as the annotators do, slips included, and is measured on unseen pairs against what they mean.</summary>
internal sealed class RewardStage() : ChainStage(StageNames.Reward, "learn to judge: the reward model")
{
    public const int BatchSize = 16;

    public override StageReport Run(ChainContext context)
    {
        var (recipe, folder) = (context.Recipe, context.Folder);
        using var start = folder.LoadModel(StageNames.FineTuning);
        using var model = RewardModel.From(start, recipe.Seed);
        var texts = Judged(context, folder.PreferencesFile);
        var unseen = Judged(context, JudgementStage.UnseenFile(folder));
        var task = new RewardModelTask(
            model, texts.RewardPairs, BatchSize, recipe.Seed, unseen.RewardPairs, new PairwiseRewardLoss { Centring = 0.01 });
        var history = context.Train(task, new TrainerOptions
        {
            Steps = recipe.RewardSteps,
            LearningRate = recipe.LearningRate / 3,
            EvaluateEvery = Math.Max(recipe.RewardSteps / 4, 1),
        });
        model.Normalise([.. unseen.Pairs.SelectMany(pair => new[] { pair.Chosen.Tokens, pair.Rejected.Tokens })]);
        model.Save(folder.ModelFile(Name));
        var calibration = CalibrationCurve.Of(RewardModelTask.Differences(model, unseen.RewardPairs), 5);
        return new StageReport
        {
            Stage = Name,
            Metrics = new Dictionary<string, double>
            {
                ["pairs"] = texts.Pairs.Count,
                ["unseen pairs"] = unseen.Pairs.Count,
                ["unseen pairs ordered right"] = history.FinalEvaluation!.Accuracy!.Value,
                ["expected calibration error"] = calibration.ExpectedError,
            },
            Curves =
            [
                .. StageCurves.Of(history),
                new StageCurve("calibration", [.. calibration.Points.Select(p => p.Confidence)], [.. calibration.Points.Select(p => p.Accuracy)]),
            ],
        };
    }

    /// <summary>The judgements of a file as tokens.</summary>
    public static JudgedTexts Judged(ChainContext context, string file) =>
        JudgedTexts.Build(PreferenceFile.Read(file), context.Template, context.Recipe.BlockSize, Overlong.LeaveOut);
}
