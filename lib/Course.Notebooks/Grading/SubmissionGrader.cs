using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter.Client;
using Course.Notebooks.Scripting;

namespace Course.Notebooks.Grading;

/// <summary>Executes one submission in a process of its own and counts its points.</summary>
public sealed class SubmissionGrader
{
    private const int MaxReason = 600;

    private readonly AssignmentNotebook source;
    private readonly Func<string, IKernelClient> kernelIn;
    private readonly GradingOptions options;

    /// <summary>A grader that starts a kernel for each submission and ends it afterwards.</summary>
    /// <param name="source">The author's notebook.</param>
    /// <param name="launch">How to start a kernel in a folder.</param>
    /// <param name="options">The limits.</param>
    public SubmissionGrader(AssignmentNotebook source, Func<string, KernelLaunch> launch, GradingOptions options)
        : this(source, options, folder => new WatchedKernel(LaunchFor(source, launch(folder)), folder, options))
    {
    }

    /// <summary>A grader that is given its kernels: who only tries an assignment's tests on answers of his own needs no new one for each.</summary>
    internal SubmissionGrader(AssignmentNotebook source, GradingOptions options, Func<string, IKernelClient> kernelIn)
    {
        (this.source, this.options, this.kernelIn) = (source, options, kernelIn);
    }

    /// <summary>Grades a submission.</summary>
    /// <param name="submitted">The student's notebook; it stays as it is.</param>
    /// <param name="folder">The folder in which it runs.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The notebook as it ran, with outputs; the points; and what was found.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped: then there are no points to tell.</exception>
    /// <exception cref="GradingException">The submission cannot be graded at all.</exception>
    /// <exception cref="KernelDiedException">No kernel can be started, which is no fault of the student's.</exception>
    public async Task<(NotebookDocument Document, IReadOnlyList<CellScore> Cells, IReadOnlyList<string> Findings)> GradeAsync(
        NotebookDocument submitted, string folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(submitted);
        var repaired = SubmissionRepair.Repair(source, submitted);
        var findings = repaired.Findings.ToList();
        findings.AddRange(Suspicion.In(repaired.StudentCells.Select(cell => cell.Source), source.Document.Cells.Select(cell => cell.Source)));

        var code = repaired.Document.Cells.Where(cell => cell.Kind == CellKind.Code).ToArray();
        var tests = code.Select((cell, index) => (Number: index + 1, Id: GradeCell.IdOf(cell)))
            .Where(cell => cell.Id is not null && source.Cells[cell.Id].Kind == GradeCellKind.Tests).ToDictionary(cell => cell.Number, cell => cell.Id!);
        var kernel = kernelIn(folder);
        var witness = new TestWitness(kernel, tests);
        var habits = new RunOptions
        {
            CellTimeout = options.CellTimeout,
            TotalTimeout = options.TotalTimeout,
            InterruptGrace = options.InterruptGrace,
            MaxOutputChars = options.MaxOutputChars,
            ContinueOnError = true,
        };
        var report = await new NotebookRunner(() => witness, habits, witness).RunAsync(repaired.Document, source.Name, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (report.Status == NotebookStatus.NotStarted)
        {
            throw new KernelDiedException(new KernelExit(null, "", report.Problem));
        }
        if (kernel is WatchedKernel { LimitReached: { } limit })
        {
            findings.Add($"The process was ended because it {limit}.");
        }
        var scores = source.Graded.Select(grade => Score(grade, repaired, report, witness, code)).ToArray();
        return (repaired.Document, scores, findings);
    }

    /// <summary>The start of a kernel that works in a folder of its own and finds what the author's notebook imports from where that stands.</summary>
    internal static KernelLaunch LaunchFor(AssignmentNotebook source, KernelLaunch start) => source.Folder is null ? start : start with
    {
        Environment = new Dictionary<string, string>(start.Environment) { [CSharpSessionOptions.FolderVariable] = source.Folder },
    };

    private CellScore Score(GradeCell grade, RepairedSubmission repaired, NotebookReport report, TestWitness witness, NotebookCell[] code)
    {
        var max = grade.Points!.Value;
        if (grade.Kind != GradeCellKind.Tests)
        {
            return repaired.Unanswered.Contains(grade.Id)
                ? new CellScore(grade.Id, grade.Kind, 0, max, "There is no answer.")
                : new CellScore(grade.Id, grade.Kind, max == 0 ? 0 : null, max, "A person grades this answer.");
        }
        var number = Array.FindIndex(code, cell => GradeCell.IdOf(cell) == grade.Id);
        var cell = report.Cells[number];
        var taken = NameGuard.Taken(code[number].Source, repaired.StudentCells.Select(own => own.Source), Asked());
        if (taken.Count > 0)
        {
            return None($"Your notebook declares {string.Join(", ", taken)}, which the tests use. Choose another name.");
        }
        // Both must hold: the executor saw the cell end without an error, and the witness saw its last line.
        if (cell.Status == CellStatus.Passed && witness.Ended.TryGetValue(grade.Id, out var value))
        {
            var points = Math.Clamp(value ?? max, 0, max);
            return new CellScore(grade.Id, grade.Kind, points, max, points == max ? null : "The tests gave a part of the points.");
        }
        return None(cell.Status switch
        {
            CellStatus.NotRun => report.FailedCell is { Status: CellStatus.Crashed or CellStatus.TimedOut } failed
                ? $"The tests did not run, because cell {failed.Number} ended the run: {failed.Error?.Message}" : "The tests did not run.",
            _ => cell.Error?.Message ?? "The tests did not run to their end.",
        });

        CellScore None(string reason) =>
            new(grade.Id, grade.Kind, 0, max, reason.Length <= MaxReason ? reason : reason[..MaxReason] + "…");
    }

    // What students are to declare: the author's answers, and the cells that are not locked.
    private IEnumerable<string> Asked() => source.Document.Cells
        .Where(cell => cell.Kind == CellKind.Code && (GradeCell.IdOf(cell) is not { } id || source.Cells[id].Solution)).Select(cell => cell.Source);

    /// <summary>A kernel whose memory, processes and files are watched from its start to its end.</summary>
    private sealed class WatchedKernel(KernelLaunch launch, string folder, GradingOptions limits) : IKernelClient
    {
        private readonly JupyterKernelClient kernel = new(launch);
        private ResourceWatch? watch;

        public string? LimitReached => watch?.LimitReached;

        public async Task StartAsync(CancellationToken cancellationToken = default)
        {
            await kernel.StartAsync(cancellationToken).ConfigureAwait(false);
            watch = new ResourceWatch(kernel, kernel.ProcessId, folder, limits);
        }

        public Task<Kernels.ExecutionReply> ExecuteAsync(string code, Kernels.IKernelOutput output) => kernel.ExecuteAsync(code, output);

        public Task InterruptAsync() => kernel.InterruptAsync();

        public Task KillAsync() => kernel.KillAsync();

        public async ValueTask DisposeAsync()
        {
            if (watch is not null)
            {
                await watch.DisposeAsync().ConfigureAwait(false);
            }
            await kernel.DisposeAsync().ConfigureAwait(false);
        }
    }
}
