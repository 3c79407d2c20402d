using System.Globalization;
using Course.Training;

namespace Course.Benchmarks.Reproduce;

/// <summary>What the command line says about a run, and how its trainings are run: with checkpoints, a log, and from where they were.</summary>
internal sealed record ExperimentSession(
    long Seed, string? DataPath, string Folder, long? Iterations, CancellationToken Cancellation)
{
    /// <summary>The data file's text.</summary>
    public string ReadData() => File.ReadAllText(DataPath!);

    /// <summary>The published number of updates, unless the command line asks for another.</summary>
    public long Steps(long published) => Iterations ?? published;

    /// <summary>Trains, or goes on from the newest checkpoint. The model has its final weights afterwards.</summary>
    /// <param name="part">The training's name inside the experiment: its checkpoints and log are called after it.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="options">How.</param>
    public void Train(string part, ITrainingTask task, TrainerOptions options)
    {
        using var trainer = new Trainer(task, options with
        {
            CheckpointFolder = Path.Combine(Folder, part),
            CheckpointEvery = Math.Max(1, options.Steps / 20),
            LogFile = Path.Combine(Folder, part + ".jsonl"),
        });
        var report = trainer.Resume();
        Console.WriteLine(report.Step > 0 || report.Notes.Count > 0 ? $"{part}: {report}" : $"{part}:");
        trainer.Run(ProgressReport.Every(Math.Max(1, options.Steps / 10)), cancellation: Cancellation);
        var seconds = trainer.History.Steps.Sum(step => task.UnitsPerBatch * options.Accumulation / step.UnitsPerSecond);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{part}: {trainer.Step:N0} updates in {seconds:N0} s"));
    }
}
