using System.CommandLine;
using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using Spectre.Console;

namespace Course.Cli.Grading;

/// <summary><c>course feedback</c>: writes a page for each graded notebook.</summary>
internal static class FeedbackCommand
{
    private const string ResultEnding = ".grade.json";

    private static readonly Argument<string> Autograded = new("autograded")
    {
        Description = "The folder that course grade has written.",
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder for the pages (feedback beside the graded notebooks).",
        HelpName = "DIR",
    };

    private static readonly Option<bool> ShowHidden = new("--show-hidden")
    {
        Description = "Show students the text of the hidden tests, too.",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var command = new Command("feedback", "Write one HTML page for each graded notebook.") { Autograded, Output, ShowHidden };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(arguments.GetRequiredValue(Autograded)));
        var output = Path.GetFullPath(arguments.GetValue(Output) ?? Path.Combine(Path.GetDirectoryName(folder) ?? ".", "feedback"));
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"There is no folder '{folder}'. Grade first: course grade submitted --source source");
            return ExitCodes.Failure;
        }
        try
        {
            var pages = 0;
            foreach (var file in Directory.EnumerateFiles(folder, "*" + ResultEnding, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var result = SubmissionResult.TryLoad(file) ?? throw new GradingException($"'{file}' cannot be read. Delete it and grade again.");
                var notebook = file[..^ResultEnding.Length] + ".ipynb";
                var page = FeedbackPage.Render(result, File.Exists(notebook) ? NotebookDocument.Load(notebook) : null, arguments.GetValue(ShowHidden));
                var target = Path.ChangeExtension(Path.Combine(output, Path.GetRelativePath(folder, notebook)), ".html");
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllText(target, page);
                pages++;
            }
            AnsiConsole.WriteLine(pages > 0 ? $"{pages} pages in {output}" : $"There are no results in {folder}.");
            return pages > 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception e) when (e is GradingException or NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }
}
