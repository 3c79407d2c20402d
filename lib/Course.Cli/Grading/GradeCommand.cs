using System.CommandLine;
using System.Globalization;
using Course.Cli.Kernels;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Execution.Confinement;
using Course.Notebooks.Grading;
using Spectre.Console;

namespace Course.Cli.Grading;

/// <summary><c>course grade</c>: executes what students handed in and counts their points.</summary>
internal static class GradeCommand
{
    private static readonly Argument<string> Submitted = new("submitted")
    {
        Description = "The folder submitted/, in it STUDENT/ASSIGNMENT/NOTEBOOK.ipynb.",
    };

    private static readonly Option<string> Source = new("--source")
    {
        Description = "The folder source/ with the authors' notebooks, or that of one assignment.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder for executed notebooks, results and grade books (autograded beside the submissions).",
        HelpName = "DIR",
    };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "How many submissions run at the same time.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => new GradingOptions().Workers,
    };

    private static readonly Option<double> CellTimeout = Limit("--timeout", "How long one cell may run.", "SECONDS", new GradingOptions().CellTimeout.TotalSeconds);

    private static readonly Option<double> TotalTimeout = Limit("--total-timeout", "How long one submission may run.", "SECONDS", new GradingOptions().TotalTimeout.TotalSeconds);

    private static readonly Option<double> Memory = Limit("--memory", "How much memory one submission may hold.", "MB", new GradingOptions().MaxMemoryBytes / (double)(1 << 20));

    private static readonly Option<string[]> Readable = new("--readable")
    {
        Description = "A file or folder that submissions may read, beside .NET, the packages, and the course's library, setup and data.",
        HelpName = "PATH",
    };

    private static readonly Option<bool> Unconfined = new("--unconfined")
    {
        Description = "Let submissions use your files and the network, where they would be kept from them.",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Jobs.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, CultureInfo.InvariantCulture, out var jobs) && jobs is >= 1 and <= 1000))
            {
                result.AddError($"--jobs takes a number from 1 to 1000, not '{token.Value}'.");
            }
        });
        var command = new Command("grade", "Grade submissions, each in a process of its own; a run that was stopped goes on where it was.")
        {
            Submitted, Source, Output, Jobs, CellTimeout, TotalTimeout, Memory, Readable, Unconfined,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var submitted = Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.GetRequiredValue(Submitted)));
        var output = arguments.GetValue(Output) ?? Path.Combine(Path.GetDirectoryName(submitted) ?? ".", "autograded");
        var options = new GradingOptions
        {
            Workers = arguments.GetValue(Jobs),
            CellTimeout = TimeSpan.FromSeconds(arguments.GetValue(CellTimeout)),
            TotalTimeout = TimeSpan.FromSeconds(arguments.GetValue(TotalTimeout)),
            MaxMemoryBytes = (long)(arguments.GetValue(Memory) * (1 << 20)),
        };
        try
        {
            var source = arguments.GetRequiredValue(Source);
            var launch = Launch(arguments, options, [source, submitted, output]);
            var grader = new ClassGrader(source, submitted, output, launch, options);
            var count = 0;
            var results = await grader.GradeAsync((result, wasThere, total) => AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"[{++count}/{total}] {result.Student}  {result.Assignment}/{result.Notebook}  {result.Score:0.##}/{result.MaxPoints:0.##}"
                + $"{(result.NeedsPerson ? " + by hand" : "")}  {(wasThere ? "graded before" : $"{result.Seconds:0.0} s")}")), cancellationToken);
            Gradebook.Save(output, results);
            GradeSummary.Print(AnsiConsole.Console, results);
            AnsiConsole.WriteLine($"Grade books and executed notebooks: {Path.GetFullPath(output)}");
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. The same command goes on with the submissions that are left.");
            return ExitCodes.Cancelled;
        }
        catch (Exception e) when (e is GradingException or NotebookFormatException or KernelDiedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.Failure;
        }
    }

    // Says first whether submissions are confined: whoever relies on it should not have to guess.
    private static Func<string, KernelLaunch> Launch(ParseResult arguments, GradingOptions options, IReadOnlyList<string> secret)
    {
        var obstacle = arguments.GetValue(Unconfined) ? "you asked for it with --unconfined" : Confinement.Obstacle;
        if (obstacle is not null)
        {
            AnsiConsole.WriteLine($"NOT confined: {obstacle}. Submissions can open your files and use the network.");
            return folder => CourseKernel.Launch(folder, "cpu");
        }
        string[] readable = [.. ConfinedCommand.CoursePaths(), .. arguments.GetValue(Readable) ?? []];
        foreach (var path in readable)
        {
            if (secret.FirstOrDefault(folder => RealPath.Contains(path, folder)) is { } open)
            {
                throw new GradingException($"Submissions may read '{path}', and in it is '{open}', which they must not: move one of them, or grade with --unconfined.");
            }
        }
        AnsiConsole.WriteLine("Confined: each submission writes in a folder of its own, and reads neither your files nor other submissions"
            + (Confinement.CoversNetwork ? "." : "; the network stays open, because this Linux is older than 6.7."));
        return folder => CourseKernel.LaunchConfined(folder, readable, options.MaxFolderBytes);
    }

    private static Option<double> Limit(string name, string description, string unit, double standard)
    {
        var option = new Option<double>(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value is > 0 and <= 1_000_000))
            {
                result.AddError($"{name} takes a number above 0, at most 1000000, not '{token.Value}'.");
            }
        });
        return option;
    }
}
