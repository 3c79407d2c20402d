using Course.Alignment.Reinforcement;
using Course.Training;

namespace Course.Alignment.Chain.Stages;

/// <summary>Histories of trainings as curves of a report.</summary>
internal static class StageCurves
{
    public const string Training = "training loss";
    public const string Validation = "validation loss";

    /// <summary>The losses, the training's smoothed.</summary>
    public static IReadOnlyList<StageCurve> Of(TrainingHistory history)
    {
        var training = new StageCurve(Training, history.StepNumbers, history.SmoothedLosses());
        return history.Evaluations.Count == 0
            ? [training]
            : [training, new StageCurve(Validation, history.EvaluationSteps, history.ValidationLosses)];
    }

    /// <summary>All measurements of a policy's training, one curve each.</summary>
    public static IReadOnlyList<StageCurve> Of(IReadOnlyList<IterationMetrics> history) =>
    [
        .. history[0].Values.Keys.Select(name => new StageCurve(
            name, [.. history.Select(iteration => (double)iteration.Iteration)], [.. history.Select(iteration => iteration[name])])),
    ];
}
