using System.CommandLine;
using System.Globalization;
using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using Spectre.Console;

namespace Course.Cli.Grading;

/// <summary><c>course assign</c>: makes of assignments what students get.</summary>
internal static class AssignCommand
{
    private static readonly Argument<string> Source = new("source")
    {
        Description = "The folder source/ with a folder for each assignment, or the folder of one.",
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder for the released assignments (release beside the source).",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Force = new("--force")
    {
        Description = "Write assignments once more that were released before.",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var command = new Command("assign", "Release assignments: strip solutions and hidden tests, clear outputs, write checksums.") { Source, Output, Force };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var source = arguments.GetRequiredValue(Source);
        try
        {
            var assignments = AssignmentFolder.Find(source);
            var isOne = assignments is [var only] && only == Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
            var beside = Path.GetDirectoryName(isOne ? Path.GetDirectoryName(assignments[0])! : Path.GetFullPath(Path.TrimEndingDirectorySeparator(source)));
            var output = arguments.GetValue(Output) ?? Path.Combine(beside ?? ".", "release");
            // All are checked before the first is written: a class should not get half of its work.
            foreach (var assignment in assignments)
            {
                AssignmentFolder.Load(assignment);
            }
            foreach (var assignment in assignments)
            {
                foreach (var notebook in AssignmentFolder.Release(assignment, output, arguments.GetValue(Force)))
                {
                    AnsiConsole.MarkupLine(Markup.Escape(string.Create(CultureInfo.InvariantCulture,
                        $"{Path.GetFileName(assignment)}/{notebook.Name}: {notebook.Graded.Count()} graded cells, {notebook.MaxPoints:0.##} points")));
                }
            }
            AnsiConsole.WriteLine($"Released to {Path.GetFullPath(output)}");
            return ExitCodes.Success;
        }
        catch (GradingException e)
        {
            foreach (var problem in e.Problems)
            {
                Console.Error.WriteLine(problem);
            }
            return ExitCodes.Failure;
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
