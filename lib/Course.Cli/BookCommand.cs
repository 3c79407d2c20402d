using System.CommandLine;
using System.Globalization;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Publishing;
using Course.Plots.Interactive;

namespace Course.Cli;

/// <summary><c>course book</c>: a site to read in the browser, from executed notebooks.</summary>
internal static class BookCommand
{
    private static readonly Argument<string[]> Notebooks = new("notebooks")
    {
        Description = "Executed notebooks or folders; without any, all notebooks of the course in order.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder of the book (artifacts/book in the course's folder).",
        HelpName = "DIR",
    };

    private static readonly Option<string> Title = new("--title")
    {
        Description = "The book's title.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "Build a ChatGPT from scratch, in C#",
    };

    private static readonly Option<string> Contents = new("--contents")
    {
        Description = "Markdown with a table that links to the notebooks and names the parts (README.md above or beside them).",
        HelpName = "FILE",
    };

    private static readonly Option<string> SourceRepository = new("--repository")
    {
        Description = "Where the notebooks are published, for links to the source: https://github.com/OWNER/NAME.",
        HelpName = "URL",
    };

    private static readonly Option<string> Branch = new("--branch")
    {
        Description = "The branch those links lead to.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "main",
    };

    private static readonly Option<bool> Trust = new("--trust")
    {
        Description = "Keep HTML and scripts of the notebooks as they are. They run in the browser of whoever opens the book.",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        SourceRepository.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            {
                result.AddError($"--repository takes an address such as https://github.com/OWNER/NAME, not '{token.Value}'.");
            }
        });
        var command = new Command("book", "Make a site to read in the browser from executed notebooks.")
        {
            Notebooks, Output, Title, Contents, SourceRepository, Branch, Trust,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        try
        {
            var output = arguments.GetValue(Output) ?? Path.Combine(Repository.Root ?? Directory.GetCurrentDirectory(), "artifacts", "book");
            var notebooks = NotebookSelection.Select(arguments.GetValue(Notebooks) ?? [], output, writeBack: false).Select(job => job.Path).ToArray();
            var options = new BookOptions
            {
                Title = arguments.GetValue(Title)!,
                Notebooks = notebooks,
                Output = output,
                ContentsFile = ContentsOf(arguments.GetValue(Contents), notebooks[0]),
                Source = arguments.GetValue(SourceRepository) is { } address
                    ? new SourceAddress(new Uri(address), arguments.GetValue(Branch)!, Repository.Root ?? Path.GetDirectoryName(notebooks[0])!)
                    : null,
                ChartLibrary = PlotlyCopy.Bytes ?? [],
                Trust = arguments.GetValue(Trust),
            };
            var report = await Book.WriteAsync(options, cancellation: cancellation);
            foreach (var warning in report.Warnings)
            {
                await Console.Error.WriteLineAsync(warning);
            }
            var heaviest = report.Chapters.MaxBy(chapter => chapter.Bytes)!;
            Console.WriteLine($"{report.Index}: {Count(report.Chapters.Count, "chapter")}, {Megabytes(report.Bytes)} in all; "
                + $"the largest page is {heaviest.File} ({Megabytes(heaviest.Bytes)}).");
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or NotebookFormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is NotebookFormatException ? ExitCodes.Failure : ExitCodes.BadArguments;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Cancelled;
        }
    }

    private static string? ContentsOf(string? named, string notebook)
    {
        if (named is not null)
        {
            return File.Exists(named) ? named : throw new ArgumentException($"There is no file '{named}' with the table of contents.");
        }
        // The README above tells the parts, the one beside the notebooks only their order.
        var folder = Path.GetDirectoryName(notebook)!;
        string[] candidates = [Path.Combine(folder, "..", "README.md"), Path.Combine(folder, "README.md")];
        return candidates.FirstOrDefault(file => File.Exists(file) && File.ReadAllText(file).Contains(Path.GetFileName(notebook), StringComparison.Ordinal));
    }

    private static string Count(int number, string thing) => FormattableString.Invariant($"{number} {thing}{(number == 1 ? "" : "s")}");

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB";
}
