using System.Globalization;

namespace Course.Training;

/// <summary>News from a training.</summary>
/// <param name="Step">Updates so far.</param>
/// <param name="Steps">Updates in the end.</param>
/// <param name="Update">The last update; <see langword="null"/> before the first.</param>
/// <param name="Evaluation">The result of an evaluation, when the news is one.</param>
/// <param name="UnitName">What the speed counts: "tokens", "rows".</param>
public sealed record TrainingProgress(long Step, long Steps, TrainingStep? Update, Evaluation? Evaluation, string UnitName)
{
    /// <summary>The news as a line of text.</summary>
    public override string ToString()
    {
        var width = Steps.ToString(CultureInfo.InvariantCulture).Length;
        var line = string.Create(CultureInfo.InvariantCulture, $"step {Step.ToString(CultureInfo.InvariantCulture).PadLeft(width)} of {Steps}");
        if (Evaluation is { } evaluation)
        {
            line += $"  validation: {evaluation}";
        }
        else if (Update is { } update)
        {
            line += string.Create(
                CultureInfo.InvariantCulture,
                $"  loss {update.Loss:F4}  learning rate {update.LearningRate:0.00e+0}  gradient {update.GradientNorm:F2}  {update.UnitsPerSecond:N0} {UnitName}/s");
        }

        return line;
    }
}

/// <summary>Ways to show the progress of a training: pass one to <see cref="Trainer.Run"/>.</summary>
public static class ProgressReport
{
    /// <summary>Writes a line for every so-many-th update and for every evaluation.</summary>
    /// <param name="updates">Updates between lines.</param>
    /// <param name="writer">Where to; the console when left out.</param>
    public static Action<TrainingProgress> Every(long updates, TextWriter? writer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(updates, 1);
        return progress =>
        {
            if (progress.Evaluation is not null || progress.Step % updates == 0)
            {
                (writer ?? Console.Out).WriteLine(progress);
            }
        };
    }
}
