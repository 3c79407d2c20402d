using System.Diagnostics;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution.Comparison;
using Course.Notebooks.Execution.Parameters;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// Runs a notebook from top to bottom on a kernel of its own and stores what the cells show in the document. Whatever
/// happens, the run ends with a report, and the document holds the outputs up to there.
/// <list type="bullet">
/// <item>A cell tagged <c>skip-execution</c> is passed over and keeps its outputs.</item>
/// <item>A cell tagged <c>raises-exception</c> may raise an exception, as in nbclient; it need not. A timeout or a crash
/// still fails the notebook.</item>
/// <item>The run stops at the first cell that fails; later cells are left without outputs, so that a partial document
/// holds nothing of an earlier run.</item>
/// </list>
/// </summary>
/// <param name="connect">Makes the kernel, not yet started.</param>
/// <param name="options">Limits and habits; the default when <see langword="null"/>.</param>
/// <param name="observer">Is told how the run goes on.</param>
public sealed class NotebookRunner(Func<IKernelClient> connect, RunOptions? options = null, IRunObserver? observer = null)
{
    private readonly RunOptions options = options ?? new RunOptions();

    /// <summary>Runs a notebook.</summary>
    /// <param name="document">The notebook; its code cells get new outputs and execution counts.</param>
    /// <param name="path">The notebook's file, for the report.</param>
    /// <param name="cancellationToken">Stops the run: the running cell is interrupted or killed.</param>
    /// <returns>The report, also when the run was stopped.</returns>
    public async Task<NotebookReport> RunAsync(NotebookDocument document, string path, CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        IReadOnlyList<string> notes;
        var stored = options.Compare is { } tolerance ? new StoredOutputs(document, tolerance) : null;
        try
        {
            notes = ParameterCell.Inject(document, options.Parameters);
        }
        catch (ParameterException e)
        {
            var impossible = NotebookReport.NothingRan(path, NotebookStatus.NotStarted, e.Message);
            observer?.NotebookStarted(path, 0);
            observer?.NotebookFinished(impossible);
            return impossible;
        }
        var steps = Prepare(document);
        observer?.NotebookStarted(path, steps.Count);
        var (status, problem) = await RunAllAsync(document, steps, cancellationToken).ConfigureAwait(false);

        var cards = new List<ResultCard>();
        foreach (var step in steps.Where(step => step.Record is not null))
        {
            // Again, because a later cell may have updated a display, and a thread may have printed after its cell's end.
            step.Cell.SetOutputs(step.Record!.ToOutputs());
            cards.AddRange(step.Record.ContentOf(ResultCard.MimeType)
                .SelectMany(json => ResultCard.Parse(json, step.Number)));
        }
        var differences = stored is null ? null : Compare(stored, steps);
        if (status == NotebookStatus.Passed && differences is { Count: > 0 })
        {
            status = NotebookStatus.Differs;
        }
        var report = new NotebookReport(path, status, clock.Elapsed.TotalSeconds, problem, cards,
            [.. steps.Select(step => step.Report ?? step.ToReport(CellStatus.NotRun, TimeSpan.Zero, null))])
        {
            Differences = differences,
            Notes = notes,
        };
        observer?.NotebookFinished(report);
        return report;
    }

    private static List<Step> Prepare(NotebookDocument document)
    {
        var steps = new List<Step>();
        for (var index = 0; index < document.Cells.Count; index++)
        {
            if (document.Cells[index].Kind != CellKind.Code)
            {
                continue;
            }
            var step = new Step(document.Cells[index], index, steps.Count + 1);
            steps.Add(step);
            if (!step.Cell.HasTag("skip-execution"))
            {
                step.Cell.ClearOutputs();
                CellTiming.Remove(step.Cell);
            }
        }
        return steps;
    }

    private static List<OutputDifference> Compare(StoredOutputs stored, List<Step> steps) =>
        [.. steps.Where(step => step.Report?.Status is CellStatus.Passed or CellStatus.Raised)
            .Select(step => stored.Compare(step.Cell, step.Number)).OfType<OutputDifference>()];

    private async Task<(NotebookStatus Status, string? Problem)> RunAllAsync(
        NotebookDocument document, List<Step> steps, CancellationToken cancellationToken)
    {
        var kernel = connect();
        await using var _ = kernel.ConfigureAwait(false);
        try
        {
            await kernel.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KernelDiedException e)
        {
            var lastWords = e.Exit.Output.Length == 0 ? "" : "\n" + e.Exit.Output;
            return (NotebookStatus.NotStarted, e.Exit.Sentence + lastWords);
        }
        catch (OperationCanceledException)
        {
            return (NotebookStatus.Cancelled, "The run was stopped before the first cell.");
        }
        return await RunCellsAsync(document, steps, kernel, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(NotebookStatus Status, string? Problem)> RunCellsAsync(
        NotebookDocument document, List<Step> steps, IKernelClient kernel, CancellationToken cancellationToken)
    {
        var recorder = new OutputRecorder(options.MaxOutputChars);
        var sinceFirstCell = Stopwatch.StartNew();
        var status = NotebookStatus.Passed;
        var count = 0;
        foreach (var step in steps)
        {
            if (step.Cell.HasTag("skip-execution") || string.IsNullOrWhiteSpace(step.Cell.Source))
            {
                step.Report = step.ToReport(CellStatus.Skipped, TimeSpan.Zero, null);
                observer?.CellFinished(step.Report);
                continue;
            }
            if (cancellationToken.IsCancellationRequested)
            {
                return (NotebookStatus.Cancelled, $"The run was stopped before cell {step.Number}.");
            }
            observer?.CellStarted(step.Number, step.FirstLine);
            var limit = CellRun.Limit.For(document, step.Cell, options, sinceFirstCell);
            var alive = await RunCellAsync(document, step, kernel, recorder.NewCell(), limit, ++count, cancellationToken).ConfigureAwait(false);
            observer?.CellFinished(step.Report!);
            if (!step.Report!.Failed)
            {
                continue;
            }
            status = status == NotebookStatus.Passed ? ToNotebook(step.Report.Status) : status;
            if (!alive || !options.ContinueOnError || limit.IsTotal && step.Report.Status == CellStatus.TimedOut
                || step.Report.Status == CellStatus.Cancelled)
            {
                break;
            }
        }
        return (status, null);
    }

    private async Task<bool> RunCellAsync(NotebookDocument document, Step step, IKernelClient kernel,
        OutputRecorder.CellRecord record, CellRun.Limit limit, int count, CancellationToken cancellationToken)
    {
        step.Record = record;
        var (code, addedLines) = SourceFor(document, step.Cell);
        var start = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var outcome = await new CellRun(kernel, options).RunAsync(code, record, limit, cancellationToken).ConfigureAwait(false);
        var elapsed = clock.Elapsed;

        if (outcome.Result is { } result)
        {
            record.Result(result, count);
        }
        if (outcome.Error is { } error)
        {
            record.Error(error);
        }
        step.Cell.ExecutionCount = count;
        step.Cell.SetOutputs(record.ToOutputs());
        if (options.RecordTiming)
        {
            var end = start + elapsed;
            CellTiming.Write(step.Cell, outcome.Times ?? new ExecutionTimes(start, start, end, end));
        }
        var status = outcome.Status == CellStatus.Failed && step.Cell.HasTag("raises-exception") ? CellStatus.Raised : outcome.Status;
        step.Report = step.ToReport(status, elapsed, Describe(outcome.Error, step.Cell.Source, addedLines));
        return outcome.KernelAlive;
    }

    // To a C# kernel, a cell of another language of a polyglot notebook is what the same text below a `#!language` line is.
    private (string Code, int AddedLines) SourceFor(NotebookDocument document, NotebookCell cell)
    {
        var language = document.LanguageOf(cell);
        return language == document.Language || !options.LanguageMagics ? (cell.Source, 0) : ($"#!{language}\n{cell.Source}", 1);
    }

    private static CellError? Describe(KernelError? error, string source, int addedLines)
    {
        if (error is null)
        {
            return null;
        }
        var line = error.Line - addedLines;
        var text = line is { } number ? source.Split('\n').ElementAtOrDefault(number - 1)?.Trim() : null;
        return new CellError(error.Name, error.Value, text is null ? null : line, text, [.. error.Traceback.Select(AnsiText.Plain)]);
    }

    private static NotebookStatus ToNotebook(CellStatus status) => status switch
    {
        CellStatus.TimedOut => NotebookStatus.TimedOut,
        CellStatus.Crashed => NotebookStatus.Crashed,
        CellStatus.Cancelled => NotebookStatus.Cancelled,
        _ => NotebookStatus.Failed,
    };

    /// <summary>A code cell on its way through the run.</summary>
    private sealed class Step(NotebookCell cell, int index, int number)
    {
        public NotebookCell Cell { get; } = cell;

        public int Number { get; } = number;

        public string FirstLine { get; } =
            cell.Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";

        public OutputRecorder.CellRecord? Record { get; set; }

        public CellReport? Report { get; set; }

        public CellReport ToReport(CellStatus status, TimeSpan time, CellError? error) =>
            new(index, Number, Cell.Id, FirstLine, status, Math.Round(time.TotalSeconds, 3), error);
    }
}
