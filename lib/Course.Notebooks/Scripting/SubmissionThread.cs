using System.Collections.Concurrent;
using System.Runtime;

namespace Course.Notebooks.Scripting;

/// <summary>How code on the <see cref="SubmissionThread"/> ended.</summary>
internal enum SubmissionEnd
{
    /// <summary>It ran to its end or threw.</summary>
    Finished,

    /// <summary>It was interrupted.</summary>
    Interrupted,

    /// <summary>It was interrupted but goes on: native code cannot be aborted.</summary>
    Unstoppable,
}

/// <summary>
/// The one thread on which a session's cells run. It outlives the cell, because libraries keep settings per thread (TorchSharp its
/// gradient mode and dispose scopes) that a later cell expects to find. Only an interrupt replaces it: the runtime (10.0) ends
/// code on a thread once, and a second abort of the same thread is never delivered.
/// </summary>
/// <remarks>
/// An interrupt climbs a ladder: <see cref="ControlledExecution"/> aborts running code within milliseconds,
/// <see cref="Thread.Interrupt"/> wakes code that blocks, and after <paramref name="patience"/> the code is given up.
/// </remarks>
internal sealed class SubmissionThread(TimeSpan patience) : IDisposable
{
    private const int StackBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan InterruptPeriod = TimeSpan.FromMilliseconds(40);

    private readonly BlockingCollection<Job> jobs = [];
    private volatile Thread? thread;
    private volatile Job? current;

    /// <summary>Whether code that could not be stopped is still running.</summary>
    public bool IsOccupied => current is not null;

    /// <summary>Runs code and everything it awaits; never blocks the caller.</summary>
    /// <param name="code">The code; its exceptions arrive in its task or are thrown by the returned task.</param>
    /// <param name="reportLate">Receives exceptions of code that is still going after its cell has ended.</param>
    /// <param name="cancellationToken">Interrupts the code.</param>
    public async Task<SubmissionEnd> RunAsync(Func<Task> code, Action<Exception> reportLate, CancellationToken cancellationToken)
    {
        var job = new Job(code, reportLate, ExecutionContext.Capture()!);
        current = job;
        StartThread();
        jobs.Add(job, CancellationToken.None);
        await using var registration = cancellationToken.Register(
            () => new Thread(() => Interrupt(job)) { IsBackground = true, Name = "notebook interrupt" }.Start());
        return await job.Done.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => jobs.CompleteAdding();

    private void StartThread()
    {
        if (thread is null)
        {
            var started = new Thread(Loop, StackBytes) { IsBackground = true, Name = "notebook cell" };
            thread = started;
            started.Start();
        }
    }

    private void Loop()
    {
        while (thread == Thread.CurrentThread && !jobs.IsCompleted)
        {
            try
            {
                if (jobs.TryTake(out var job, Timeout.Infinite))
                {
                    ExecutionContext.Run(job.Context, _ => Execute(job), null);
                }
            }
            catch (ThreadInterruptedException)
            {
                // The wake-up call for a job that ended by itself just before.
            }
        }
    }

    private void Execute(Job job)
    {
        Exception? failure = null;
        var interrupted = false;
        SynchronizationContext.SetSynchronizationContext(job.Pump);
        try
        {
            RunInterruptibly(job, () => job.Pump.Run(job.Code));
        }
        catch (Exception exception) when (job.Abort.IsCancellationRequested
            && exception is OperationCanceledException or ThreadInterruptedException)
        {
            interrupted = true;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (job.Abort.IsCancellationRequested)
        {
            thread = null;
            AbsorbWakeUpCall();
        }
        SynchronizationContext.SetSynchronizationContext(null);
        job.Pump.End();
        current = null;
        if (failure is null)
        {
            job.Done.TrySetResult(interrupted ? SubmissionEnd.Interrupted : SubmissionEnd.Finished);
        }
        else
        {
            job.Done.TrySetException(failure);
        }
    }

    /// <summary>An interrupt that came too late would otherwise surface in whatever this thread waits for next.</summary>
    private static void AbsorbWakeUpCall()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            // That was it.
        }
    }

    private static void RunInterruptibly(Job job, Action action)
    {
        // ControlledExecution is obsolete as a warning to general programs (SYSLIB0046): an abort may leave data half changed.
        // Ending a learner's endless loop without losing the notebook's variables is the use its documentation names.
#pragma warning disable SYSLIB0046
        ControlledExecution.Run(action, job.Abort.Token);
#pragma warning restore SYSLIB0046
    }

    private void Interrupt(Job job)
    {
        job.Pump.Interrupt();
        // Cancel returns only when the abort has taken effect, which native code may delay forever: not on this thread.
        new Thread(job.Abort.Cancel) { IsBackground = true, Name = "notebook abort" }.Start();
        var giveUp = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (Task.WaitAny([job.Done.Task], InterruptPeriod) < 0)
        {
            if (Environment.TickCount64 > giveUp)
            {
                job.Done.TrySetResult(SubmissionEnd.Unstoppable);
                return;
            }
            job.Pump.WakeBlockedThreads();
        }
    }

    private sealed class Job
    {
        public Job(Func<Task> code, Action<Exception> reportLate, ExecutionContext context)
        {
            Code = code;
            Context = context;
            Pump = new ContinuationPump(action => RunInterruptibly(this, action), reportLate);
        }

        public Func<Task> Code { get; }

        public ExecutionContext Context { get; }

        public ContinuationPump Pump { get; }

        public CancellationTokenSource Abort { get; } = new();

        public TaskCompletionSource<SubmissionEnd> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
