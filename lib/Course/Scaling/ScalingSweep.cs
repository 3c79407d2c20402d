using System.Text.Json;
using Course.Models;

namespace Course.Scaling;

/// <summary>A training that a sweep is to make.</summary>
/// <param name="Name">What tells it from the others; also the name of its folder of checkpoints, so letters, digits, '-', '_' and '.'.</param>
/// <param name="Train">
/// Makes it. Gets a folder of its own for checkpoints, from which it goes on after an interruption.
/// </param>
public sealed record PlannedRun(string Name, Func<string, CancellationToken, ScalingRun> Train);

/// <summary>
/// Makes many trainings, one after another, without anybody watching. Each result is a line of a file as soon as there is one; a
/// sweep that was stopped, by whatever, goes on where it was: finished trainings are read from the file, the one that was cut off
/// resumes from its checkpoint. One failure is reported and does not stop the rest.
/// </summary>
public sealed class ScalingSweep
{
    private const long LargestFile = 64 << 20;
    private readonly string folder;
    private readonly List<ScalingRun> finished = [];

    /// <summary>Opens a sweep; an unfinished one goes on.</summary>
    /// <param name="folder">Where results and checkpoints lie.</param>
    /// <exception cref="InvalidDataException">The file of results cannot be read; the message names the line.</exception>
    public ScalingSweep(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.folder = folder;
        Directory.CreateDirectory(folder);
        if (File.Exists(ResultsFile))
        {
            Read();
        }
    }

    /// <summary>The file of results: JSON, one training a line.</summary>
    public string ResultsFile => Path.Combine(folder, "results.jsonl");

    /// <summary>What is finished, in the order in which it was.</summary>
    public IReadOnlyList<ScalingRun> Finished => finished;

    /// <summary>Makes the trainings that are not finished.</summary>
    /// <param name="plan">All of them, also those that are finished; every name once.</param>
    /// <param name="report">Is told of each training: its name and its result, or what went wrong.</param>
    /// <param name="cancellation">Stops the sweep; call again to go on.</param>
    /// <returns>The results of the whole plan that there are, in its order.</returns>
    /// <exception cref="ArgumentException">A name comes twice or cannot be a folder's.</exception>
    /// <exception cref="OperationCanceledException">The sweep was stopped.</exception>
    public IReadOnlyList<ScalingRun> Run(
        IEnumerable<PlannedRun> plan, Action<string, ScalingRun?, Exception?>? report = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlannedRun[] all = [.. plan];
        foreach (var run in all)
        {
            if (!IsName(run.Name))
            {
                throw new ArgumentException($"'{run.Name}' cannot be a training's name: take letters, digits, '-', '_' and '.'.", nameof(plan));
            }
        }

        if (all.GroupBy(run => run.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two trainings are called '{twice.Key}'; their checkpoints would be mixed up.", nameof(plan));
        }

        foreach (var run in all.Where(run => !finished.Exists(done => done.Name == run.Name)))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var result = run.Train(Path.Combine(folder, run.Name), cancellation) with { Name = run.Name };
                Append(result);
                report?.Invoke(run.Name, result, null);
            }
            catch (Exception error) when (error is not OperationCanceledException and not IOException)
            {
                report?.Invoke(run.Name, null, error);
            }
        }

        return [.. all.Select(run => finished.Find(done => done.Name == run.Name)).OfType<ScalingRun>()];
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 100 && name.Trim('.').Length > 0
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private void Append(ScalingRun result)
    {
        finished.Add(result);
        // The whole file again: it is small, and a line is then either there or not.
        AtomicFile.Write(ResultsFile, stream =>
        {
            foreach (var run in finished)
            {
                JsonSerializer.Serialize(stream, run);
                stream.WriteByte((byte)'\n');
            }
        });
    }

    private void Read()
    {
        if (new FileInfo(ResultsFile).Length > LargestFile)
        {
            throw new InvalidDataException($"'{ResultsFile}' is too large to be the results of a sweep. Move it away to begin anew.");
        }

        var number = 0;
        foreach (var line in File.ReadLines(ResultsFile))
        {
            number++;
            try
            {
                var run = JsonSerializer.Deserialize<ScalingRun>(line) ?? throw new JsonException("The line is empty.");
                TrainingCompute.Positive(run.Parameters, "Parameters");
                TrainingCompute.Positive(run.Tokens, "Tokens");
                finished.Add(run.Name is not null ? run : throw new JsonException("The name is missing."));
            }
            catch (Exception error) when (error is JsonException or ArgumentException)
            {
                throw new InvalidDataException(
                    $"'{ResultsFile}', line {number}, is no result of a training ({error.Message}) Remove the line, and that training is made again.", error);
            }
        }
    }
}
