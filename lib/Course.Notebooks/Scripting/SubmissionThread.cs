using System.Collections.Concurrent;

namespace Course.Notebooks.Scripting;

/// <summary>How code on the <see cref="SubmissionThread"/> ended.</summary>
internal enum SubmissionEnd
{
    /// <summary>It ran to its end or threw.</summary>
    Finished,

    /// <summary>It was interrupted.</summary>
    Interrupted,

    /// <summary>It was interrupted but goes on inside a library.</summary>
    Unstoppable,
}

/// <summary>
/// The one thread on which a session's cells run. It lives as long as the session, because libraries keep settings per thread
/// (TorchSharp its gradient mode and dispose scopes) that a later cell expects to find.
/// </summary>
/// <remarks>
/// An interrupt ends the cell's own code at the next <see cref="Interruption.Check"/> and wakes it where it blocks
/// (<see cref="Thread.Interrupt"/>). A library that does neither for <paramref name="patience"/> is left to itself: the session
/// says so, and the cell ends when the library returns.
/// </remarks>
internal sealed class SubmissionThread(TimeSpan patience) : IDisposable
{
    private const int StackBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan WakeUpPeriod = TimeSpan.FromMilliseconds(40);

    private readonly BlockingCollection<Job> jobs = [];
    private Thread? thread;
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
            thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = "notebook cell" };
            thread.Start();
        }
    }

    private void Loop()
    {
        while (!jobs.IsCompleted)
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
        SynchronizationContext.SetSynchronizationContext(job.Pump);
        try
        {
            job.Pump.Run(job.Code);
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        SynchronizationContext.SetSynchronizationContext(null);
        if (job.IsInterrupted)
        {
            AbsorbWakeUpCall();
        }
        job.End();
        job.Pump.End(job.IsInterrupted);
        current = null;
        if (job.IsInterrupted && IsInterrupt(failure))
        {
            job.Done.TrySetResult(SubmissionEnd.Interrupted);
        }
        else if (failure is null)
        {
            job.Done.TrySetResult(SubmissionEnd.Finished);
        }
        else
        {
            job.Done.TrySetException(failure);
        }
    }

    /// <summary>Whether an exception is how an interrupt shows; parallel loops and <c>Task.Wait</c> wrap it.</summary>
    private static bool IsInterrupt(Exception? failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.All(IsInterrupt),
        _ => failure is OperationCanceledException or ThreadInterruptedException,
    };

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

    private void Interrupt(Job job)
    {
        if (!job.BeginInterrupt())
        {
            return;
        }
        var giveUp = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (Task.WaitAny([job.Done.Task], WakeUpPeriod) < 0)
        {
            if (Environment.TickCount64 > giveUp)
            {
                job.Done.TrySetResult(SubmissionEnd.Unstoppable);
                return;
            }
            job.Pump.WakeBlockedThreads();
        }
    }

    private sealed class Job(Func<Task> code, Action<Exception> reportLate, ExecutionContext context)
    {
        private readonly Lock gate = new();
        private volatile bool interrupted;
        private bool ended;

        public Func<Task> Code => code;

        public ExecutionContext Context => context;

        public ContinuationPump Pump { get; } = new(reportLate);

        public TaskCompletionSource<SubmissionEnd> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets the job's code find out that it is to stop, unless it has ended already.</summary>
        public bool BeginInterrupt()
        {
            lock (gate)
            {
                if (ended || interrupted)
                {
                    return false;
                }
                interrupted = true;
                Interruption.Begin();
                return true;
            }
        }

        /// <summary>Whether the code was told to stop before it ended.</summary>
        public bool IsInterrupted => interrupted;

        /// <summary>Notes that the code has ended.</summary>
        public void End()
        {
            lock (gate)
            {
                ended = true;
                if (interrupted)
                {
                    Interruption.End();
                }
            }
        }
    }
}
