using System.CommandLine;
using System.Globalization;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
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
            Submitted, Source, Output, Jobs, CellTimeout, TotalTimeout, Memory,
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
            var grader = new ClassGrader(arguments.GetRequiredValue(Source), submitted, output, folder => CourseKernel.Launch(folder, "cpu"), options);
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
