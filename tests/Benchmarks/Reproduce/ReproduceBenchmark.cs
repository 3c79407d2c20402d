using System.CommandLine;
using System.Globalization;
using Course.Benchmarks.Reproduce;
using Course.Runtime;

namespace Course.Benchmarks;

/// <summary>
/// Published results that fit a CPU, each with one command. A run that is stopped (Ctrl+C, or worse) goes on where it was when the same
/// command is given again.
/// </summary>
internal sealed class ReproduceBenchmark : IBenchmark
{
    private static readonly IExperiment[] Experiments =
    [
        new ShakespeareExperiment(),
        new NamesExperiment(),
        new SortingExperiment(),
        new AddingExperiment(),
        new CopyExperiment(),
    ];

    public Command CreateCommand()
    {
        var name = new Argument<string>("NAME")
        {
            Description = string.Join(" ", Experiments.Select(experiment => $"{experiment.Name}: {experiment.Description}")),
        };
        name.AcceptOnlyFromAmong([.. Experiments.Select(experiment => experiment.Name)]);
        var data = new Option<FileInfo>("--data") { Description = "The text an experiment trains on, in UTF-8." };
        data.AcceptExistingOnly();
        var seed = new Option<long>("--seed") { Description = "Weights, batches and dropout.", DefaultValueFactory = _ => 1 };
        var iterations = new Option<long?>("--iterations") { Description = "Updates, if not as many as published." };
        iterations.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is < 1)
            {
                result.AddError("--iterations must be 1 or more.");
            }
        });
        var folder = new Option<DirectoryInfo?>("--folder")
        {
            Description = "Where checkpoints and logs are kept; a folder of the experiment's own under artifacts/reproduce by default.",
        };
        var threads = new Option<int?>("--threads") { Description = "Threads of a tensor operation; the library's choice by default." };
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--threads must be 1 or more.");
            }
        });
        var command = new Command("reproduce", "Published results that fit a CPU: ours beside the published figure.")
        {
            name, data, seed, iterations, folder, threads,
        };
        command.Validators.Add(result =>
        {
            var experiment = Experiments.FirstOrDefault(candidate => candidate.Name == result.GetValue(name));
            if (experiment?.DataFile is { } file && result.GetValue(data) is null)
            {
                result.AddError($"'{experiment.Name}' trains on {file}: give its path with --data.");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            TorchRuntime.EnsureLoaded();
            TorchRuntime.Threads = parsed.GetValue(threads) ?? TorchRuntime.Threads;
            var experiment = Experiments.Single(candidate => candidate.Name == parsed.GetValue(name));
            var (seedNumber, steps) = (parsed.GetValue(seed), parsed.GetValue(iterations));
            // Another seed or length is another run with checkpoints of its own.
            var own = string.Create(CultureInfo.InvariantCulture, $"{experiment.Name}-seed{seedNumber}{(steps is null ? "" : $"-{steps}")}");
            var path = parsed.GetValue(folder)?.FullName ?? Path.Combine("artifacts", "reproduce", own);
            var session = new ExperimentSession(seedNumber, parsed.GetValue(data)?.FullName, path, steps, cancellation);
            return Task.Run(() => Run(experiment, session), CancellationToken.None);
        });
        return command;
    }

    private static int Run(IExperiment experiment, ExperimentSession session)
    {
        Console.WriteLine($"{experiment.Name}: {experiment.Description} Seed {session.Seed}; checkpoints in '{session.Folder}'.");
        IReadOnlyList<Figure> figures;
        try
        {
            figures = experiment.Run(session);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. The same command goes on from here.");
            return 130;
        }

        Console.WriteLine();
        foreach (var figure in figures)
        {
            var verdict = figure.IsReached switch { true => "reached", false => "MISSED", null => "" };
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{figure.What,-52} {figure.Ours,9:F4}   {figure.Published,-44} {verdict}"));
        }

        if (session.Iterations is { } shortened)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"({shortened:N0} updates instead of the published number: no verdict about the publication.)"));
            return 0;
        }

        return figures.Any(figure => figure.IsReached == false) ? 1 : 0;
    }
}
