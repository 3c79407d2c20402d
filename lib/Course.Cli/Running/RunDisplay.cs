using System.Diagnostics;
using System.Globalization;
using Course.Notebooks.Execution;
using Spectre.Console;

namespace Course.Cli.Running;

/// <summary>
/// Shows a run while it goes on: in a terminal one moving line (notebook, cell, its first line, elapsed time) below a line
/// per finished notebook; where the output goes to a file or a build server, a plain line per cell.
/// </summary>
internal sealed class RunDisplay : IRunObserver
{
    private readonly IAnsiConsole console;
    private readonly int notebooks;
    private readonly StatusContext? status;
    private readonly Stopwatch clock = new();
    private string name = "";
    private int index;
    private int codeCells;
    private string current = "";

    private RunDisplay(IAnsiConsole console, int notebooks, StatusContext? status)
    {
        this.console = console;
        this.notebooks = notebooks;
        this.status = status;
    }

    /// <summary>Runs an action with a display that fits the console.</summary>
    public static async Task ShowAsync(IAnsiConsole console, int notebooks, Func<IRunObserver, Task> action)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi || Console.IsOutputRedirected)
        {
            await action(new RunDisplay(console, notebooks, null));
            return;
        }
        await console.Status().StartAsync("starting", async context =>
        {
            var display = new RunDisplay(console, notebooks, context);
            using var timer = new Timer(_ => display.Refresh(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
            await action(display);
        });
    }

    public void NotebookStarted(string path, int codeCells)
    {
        name = Path.GetFileNameWithoutExtension(path);
        this.codeCells = codeCells;
        index++;
        clock.Restart();
        current = "starting the kernel";
        if (status is null)
        {
            Write($"[[{index}/{notebooks}]] {Markup.Escape(name)}");
        }
    }

    public void CellStarted(int number, string firstLine)
    {
        current = $"cell {number}/{codeCells}  {Shorten(firstLine)}";
        Refresh();
    }

    public void CellFinished(CellReport cell)
    {
        if (status is null)
        {
            var what = cell.Status == CellStatus.Passed ? "" : $" {Describe(cell.Status)}";
            Write(Markup.Escape(string.Create(CultureInfo.InvariantCulture,
                $"  cell {cell.Number}/{codeCells}  {cell.Seconds,6:0.0} s{what}  {Shorten(cell.FirstLine)}")));
        }
    }

    public void NotebookFinished(NotebookReport notebook)
    {
        Write(RunSummary.Line(notebook));
        if (!notebook.Passed || notebook.Notes.Count > 0)
        {
            RunSummary.PrintFailure(console, notebook);
        }
    }

    /// <summary>A status in words.</summary>
    public static string Describe(CellStatus status) => status switch
    {
        CellStatus.TimedOut => "timed out",
        CellStatus.NotRun => "not run",
        _ => status.ToString().ToLowerInvariant(),
    };

    private void Refresh() => status?.Status(string.Create(CultureInfo.InvariantCulture,
        $"[[{index}/{notebooks}]] [bold]{Markup.Escape(name)}[/]  {clock.Elapsed.TotalSeconds:0} s  [grey]{Markup.Escape(current)}[/]"));

    private void Write(string markup) => console.MarkupLine(markup);

    private static string Shorten(string line) => line.Length <= 60 ? line : line[..59] + "…";
}
