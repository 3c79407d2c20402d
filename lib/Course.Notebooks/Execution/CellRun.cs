using System.Diagnostics;
using System.Globalization;
using Course.Notebooks.Documents;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Execution;

/// <summary>
/// One cell on a kernel, with its limit: at the limit the cell is interrupted, and when that does not help within the grace
/// period, its process is killed.
/// </summary>
internal sealed class CellRun(IKernelClient kernel, RunOptions options)
{
    /// <summary>How a cell's run ended.</summary>
    /// <param name="Status">The status, tags not yet considered.</param>
    /// <param name="Error">The error to store in the notebook and to report.</param>
    /// <param name="Result">The value of the cell.</param>
    /// <param name="KernelAlive">Whether further cells can run.</param>
    /// <param name="Times">The times of its messages, where the kernel told them.</param>
    public sealed record Outcome(
        CellStatus Status, KernelError? Error, MimeBundle? Result, bool KernelAlive, ExecutionTimes? Times = null);

    /// <summary>Runs code.</summary>
    /// <param name="code">The source.</param>
    /// <param name="output">Receives the output.</param>
    /// <param name="limit">How long it may run, and whose limit that is.</param>
    /// <param name="cancellationToken">The user's wish to stop.</param>
    public async Task<Outcome> RunAsync(string code, IKernelOutput output, Limit limit, CancellationToken cancellationToken)
    {
        var execution = kernel.ExecuteAsync(code, output);
        var inTime = await EndsWithinAsync(execution, limit.Time, cancellationToken).ConfigureAwait(false);
        if (inTime)
        {
            return await FinishedAsync(execution).ConfigureAwait(false);
        }
        await kernel.InterruptAsync().ConfigureAwait(false);
        var stopped = await EndsWithinAsync(execution, options.InterruptGrace, CancellationToken.None).ConfigureAwait(false);
        if (!stopped)
        {
            await kernel.KillAsync().ConfigureAwait(false);
        }
        // The kernel may end, rather than the cell, while it is interrupted; either way the cell is over.
        var end = await EndAsync(execution).ConfigureAwait(false);
        var (status, name, what) = cancellationToken.IsCancellationRequested
            ? (CellStatus.Cancelled, "Cancelled", "The run was stopped.")
            : (CellStatus.TimedOut, "CellTimeout", limit.Sentence);
        var how = stopped ? "It was interrupted." : string.Create(CultureInfo.InvariantCulture,
            $"It did not stop within {options.InterruptGrace.TotalSeconds:0.#} s after an interrupt, so its process was killed.");
        return new Outcome(status, new KernelError(name, $"{what} {how}", [$"{what} {how}"]), null, end is not null, end?.Times);
    }

    private static async Task<Outcome> FinishedAsync(Task<ExecutionReply> execution)
    {
        try
        {
            var reply = await execution.ConfigureAwait(false);
            return new Outcome(reply.Succeeded ? CellStatus.Passed : CellStatus.Failed, reply.Error, reply.Result, KernelAlive: true, reply.Times);
        }
        catch (KernelDiedException e)
        {
            string[] traceback = [e.Exit.Sentence, .. e.Exit.LastWords];
            return new Outcome(CellStatus.Crashed, new KernelError("KernelDied", e.Exit.Sentence, traceback), null, KernelAlive: false);
        }
    }

    private static async Task<ExecutionReply?> EndAsync(Task<ExecutionReply> execution)
    {
        try
        {
            return await execution.ConfigureAwait(false);
        }
        catch (KernelDiedException)
        {
            return null;
        }
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan? limit, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit ?? Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KernelDiedException)
        {
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return task.IsCompleted;
        }
    }

    /// <summary>How long a cell may run.</summary>
    /// <param name="Time">The time, or <see langword="null"/> for no limit.</param>
    /// <param name="IsTotal">Whether it is what is left of the notebook's time.</param>
    /// <param name="Configured">The configured limit, for the message.</param>
    public sealed record Limit(TimeSpan? Time, bool IsTotal, TimeSpan? Configured)
    {
        /// <summary>What to say when it is reached.</summary>
        public string Sentence
        {
            get
            {
                var seconds = Configured!.Value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                return IsTotal
                    ? $"The notebook's time limit of {seconds} s was reached in this cell."
                    : $"The cell's time limit of {seconds} s was reached.";
            }
        }

        /// <summary>The limit of a cell that begins now.</summary>
        public static Limit For(NotebookDocument document, NotebookCell cell, RunOptions options, Stopwatch sinceFirstCell)
        {
            var ofCell = CellTiming.TimeoutIn(cell.Metadata) ?? CellTiming.TimeoutIn(document.Metadata) ?? options.CellTimeout;
            if (options.TotalTimeout is { } total)
            {
                var left = total - sinceFirstCell.Elapsed;
                if (ofCell is null || left < ofCell)
                {
                    return new Limit(left > TimeSpan.Zero ? left : TimeSpan.Zero, IsTotal: true, total);
                }
            }
            return new Limit(ofCell, IsTotal: false, ofCell);
        }
    }
}
