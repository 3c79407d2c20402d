using Course.Plots;

namespace Course.Training;

/// <summary>
/// The loss curve of a training that is still going on, drawn again below the cell every other second. Pass <see cref="Report"/> to
/// <see cref="Trainer.Run"/>; when the training ends the finished curve stays.
/// </summary>
/// <param name="title">The question the picture asks, or the answer it gives.</param>
/// <param name="unit">The loss' unit.</param>
/// <param name="baselines">Losses to compare with: chance, a bigram model.</param>
public sealed class LiveLossChart(string title, string unit = "nats per token", IEnumerable<ReferenceLine>? baselines = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly List<ReferenceLine> baselines = [.. baselines ?? []];
    private readonly List<(double Step, double Loss)> training = [];
    private readonly List<(double Step, double Loss)> validation = [];
    private readonly LivePlace place = new(Pause);

    /// <summary>The picture as it is now.</summary>
    /// <exception cref="InvalidOperationException">There has been no update yet.</exception>
    public Picture Picture => training.Count == 0
        ? throw new InvalidOperationException("There has been no update yet: pass Report to Trainer.Run, and train.")
        : Plot.LossCurve(title, Line("training", training), validation.Count == 0 ? null : Line("validation", validation), baselines, unit);

    /// <summary>Takes the news of a training.</summary>
    /// <param name="progress">What <see cref="Trainer.Run"/> reports.</param>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Evaluation is { } evaluation)
        {
            validation.Add((progress.Step, evaluation.Loss));
        }
        else if (progress.Update is { } update)
        {
            training.Add((progress.Step, update.Loss));
        }

        if (training.Count > 0)
        {
            place.Show(() => Picture, isLast: progress.Step == progress.Steps);
        }
    }

    private static Series Line(string name, List<(double Step, double Loss)> points) =>
        new(name, points.Select(point => point.Step), points.Select(point => point.Loss));
}
