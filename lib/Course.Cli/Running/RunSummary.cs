using System.Globalization;
using Course.Notebooks.Execution;
using Course.Notebooks.Execution.Comparison;
using Spectre.Console;

namespace Course.Cli.Running;

/// <summary>What a run says when a notebook, and when everything, has ended.</summary>
internal static class RunSummary
{
    private const int SlowestCells = 5;
    private const int TracebackLines = 12;
    private const int ShownDifferences = 3;

    /// <summary>One line about a notebook, as markup: result, name, time, its expected results.</summary>
    public static string Line(NotebookReport notebook)
    {
        var (colour, word) = notebook.Status switch
        {
            NotebookStatus.Passed => ("green", "passed"),
            NotebookStatus.TimedOut => ("red", "timed out"),
            NotebookStatus.NotStarted => ("red", "did not start"),
            NotebookStatus.Cancelled => ("yellow", "stopped"),
            NotebookStatus.Differs => ("red", "differs"),
            var other => ("red", other.ToString().ToLowerInvariant()),
        };
        var cards = string.Concat(notebook.Cards.Select((card, i) => (i == 0 ? "  " : " · ") + card + (card.Within ? "" : " out of its band")));
        return string.Create(CultureInfo.InvariantCulture,
            $"[{colour}]{word,-9}[/] {Markup.Escape(Path.GetFileName(notebook.Path))}  {notebook.Seconds:0.0} s[grey]{Markup.Escape(cards)}[/]");
    }

    /// <summary>Why a notebook failed: cell, source line, error.</summary>
    public static void PrintFailure(IAnsiConsole console, NotebookReport notebook)
    {
        foreach (var line in Explain(notebook))
        {
            // As text, not as markup, and without Spectre's own word wrap: terminals wrap, logs need whole lines.
            console.Write(new Text("  " + line + Environment.NewLine) { Overflow = Overflow.Fold });
        }
    }

    /// <summary>Why a notebook failed, line by line; nothing when it passed.</summary>
    public static IEnumerable<string> Explain(NotebookReport notebook)
    {
        if (notebook.Problem is { } problem)
        {
            foreach (var line in problem.Split('\n'))
            {
                yield return line;
            }
        }
        foreach (var note in notebook.Notes)
        {
            yield return note;
        }
        foreach (var line in (notebook.Differences ?? []).Take(ShownDifferences).SelectMany(Explain))
        {
            yield return line;
        }
        if (notebook.Differences is { Count: > ShownDifferences } all)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"… and {all.Count - ShownDifferences} more cells differ: {string.Join(", ", all.Skip(ShownDifferences).Select(difference => difference.Cell))}");
        }
        foreach (var cell in notebook.Cells.Where(cell => cell.Failed))
        {
            var error = cell.Error!;
            var where = error.Line is { } number ? string.Create(CultureInfo.InvariantCulture, $", line {number}") : "";
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{notebook.Path}, cell {cell.Number} of {notebook.Cells.Count}{where} (id {cell.Id}):");
            yield return "    " + (error.Source ?? cell.FirstLine);
            var heading = $"{error.Name}: {error.Message}";
            foreach (var line in heading.Split('\n').Take(TracebackLines))
            {
                yield return line;
            }
            var shown = error.Traceback.SelectMany(line => line.Split('\n'))
                .Where(line => line.Length > 0 && !heading.Contains(line.Trim(), StringComparison.Ordinal)).ToArray();
            foreach (var line in shown.Take(TracebackLines))
            {
                yield return line;
            }
            if (shown.Length > TracebackLines)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"… {shown.Length - TracebackLines} more lines");
            }
        }
    }

    private static IEnumerable<string> Explain(OutputDifference difference)
    {
        yield return $"{difference.Place} (id {difference.Id}): {difference.Why}";
        yield return "    stored: " + Shorten(difference.Stored, 200);
        yield return "    now:    " + Shorten(difference.Fresh, 200);
    }

    /// <summary>The end of a run: counts, slowest cells, where the copies are.</summary>
    public static void Print(IAnsiConsole console, RunReport report, IReadOnlyList<NotebookJob> jobs)
    {
        var slowest = report.Notebooks
            .SelectMany(notebook => notebook.Cells.Select(cell => (Notebook: Path.GetFileName(notebook.Path), Cell: cell)))
            .Where(pair => pair.Cell.Seconds > 0)
            .OrderByDescending(pair => pair.Cell.Seconds).Take(SlowestCells).ToArray();
        console.WriteLine();
        if (slowest.Length > 0)
        {
            console.WriteLine("Slowest cells:");
            foreach (var (notebook, cell) in slowest)
            {
                console.MarkupLine(Markup.Escape(string.Create(CultureInfo.InvariantCulture,
                    $"  {cell.Seconds,6:0.0} s  {notebook}, cell {cell.Number}  {Shorten(cell.FirstLine)}")));
            }
        }
        var passed = report.Notebooks.Count(notebook => notebook.Passed);
        var notRun = jobs.Count - report.Notebooks.Count;
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"{passed} of {jobs.Count} notebooks passed in {report.Seconds:0.0} s{(notRun > 0 ? $", {notRun} not run" : "")}."));
        console.WriteLine($"Executed copies: {Path.GetDirectoryName(jobs[0].Copy)}");
    }

    private static string Shorten(string line, int length = 50) => line.Length <= length ? line : line[..(length - 1)] + "…";
}
