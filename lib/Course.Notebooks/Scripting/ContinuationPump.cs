using System.Runtime.ExceptionServices;

namespace Course.Notebooks.Scripting;

/// <summary>
/// The synchronization context of one running cell: what follows an <c>await</c> comes back here and runs on the session's own
/// thread, where it can be interrupted. Without it the rest of an async cell would run on the thread pool, out of reach.
/// </summary>
/// <remarks>
/// A plain single-threaded context would hang a cell that blocks on its own async method (<c>LoadAsync().Result</c>), which
/// works in a console program. So when the session's thread is blocked while continuations wait, another thread, just as
/// interruptible, takes them over.
/// </remarks>
internal sealed class ContinuationPump : SynchronizationContext
{
    private static readonly TimeSpan BlockedCheck = TimeSpan.FromMilliseconds(15);

    private readonly Lock gate = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    private readonly List<Worker> workers = [];
    private readonly SemaphoreSlim wake = new(0);
    private readonly Action<Exception> reportLate;
    private Timer? blockedCheck;
    private Phase phase = Phase.Running;
    private ExceptionDispatchInfo? fault;

    /// <summary>Makes a pump.</summary>
    /// <param name="reportLate">Receives exceptions of code that is still going after its cell has ended.</param>
    public ContinuationPump(Action<Exception> reportLate) => this.reportLate = reportLate;

    private enum Phase
    {
        Running,
        Ended,
        Interrupted,
    }

    /// <summary>Starts the cell's code on the calling thread and runs what it awaits, until its task is complete.</summary>
    public void Run(Func<Task> code)
    {
        var self = Join(Thread.CurrentThread);
        try
        {
            var task = code();
            task.ContinueWith(_ => wake.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            while (!task.IsCompleted)
            {
                fault?.Throw();
                if (TakeNext(self) is { } next)
                {
                    next.Callback(next.State);
                }
                else
                {
                    self.IsWaiting = true;
                    wake.Wait();
                    self.IsWaiting = false;
                }
            }
        }
        finally
        {
            Leave(self);
        }
    }

    /// <summary>
    /// Ends the cell. What is still to come of it (a task nobody awaited) runs on the thread pool; of an interrupted cell, nothing.
    /// </summary>
    public void End(bool interrupted)
    {
        lock (gate)
        {
            phase = interrupted ? Phase.Interrupted : Phase.Ended;
            while (queue.TryDequeue(out var late))
            {
                if (!interrupted)
                {
                    RunLate(late.Callback, late.State);
                }
            }
            blockedCheck?.Dispose();
        }
    }

    /// <summary>Wakes all threads that block (in <c>Thread.Sleep</c>, <c>Task.Wait</c>, a lock) while running the cell's code.</summary>
    public void WakeBlockedThreads()
    {
        lock (gate)
        {
            foreach (var worker in workers)
            {
                worker.Thread.Interrupt();
            }
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
        {
            switch (phase)
            {
                case Phase.Running:
                    queue.Enqueue((d, state));
                    blockedCheck ??= new Timer(_ => HelpIfBlocked(), null, BlockedCheck, BlockedCheck);
                    wake.Release();
                    break;
                case Phase.Ended:
                    RunLate(d, state);
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (ReferenceEquals(Current, this))
        {
            d(state);
            return;
        }
        using var done = new ManualResetEventSlim();
        ExceptionDispatchInfo? failure = null;
        Post(
            _ =>
            {
                try
                {
                    d(state);
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
                finally
                {
                    done.Set();
                }
            },
            null);
        done.Wait();
        failure?.Throw();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private (SendOrPostCallback Callback, object? State)? TakeNext(Worker self)
    {
        lock (gate)
        {
            self.IsWaiting = false;
            return queue.TryDequeue(out var next) ? next : null;
        }
    }

    private Worker Join(Thread thread)
    {
        var worker = new Worker(thread);
        lock (gate)
        {
            workers.Add(worker);
        }
        return worker;
    }

    private void Leave(Worker worker)
    {
        while (true)
        {
            try
            {
                lock (gate)
                {
                    workers.Remove(worker);
                    return;
                }
            }
            catch (ThreadInterruptedException)
            {
                // Waiting for the lock can be interrupted; a thread that did not leave would be interrupted again and again.
            }
        }
    }

    private void HelpIfBlocked()
    {
        lock (gate)
        {
            if (phase == Phase.Running && queue.Count > 0 && workers.TrueForAll(worker => worker.IsBlockedInUserCode))
            {
                var helper = new Thread(worker => Help((Worker)worker!)) { IsBackground = true, Name = "notebook cell (helper)" };
                helper.Start(Join(helper));
            }
        }
    }

    private void Help(Worker self)
    {
        SetSynchronizationContext(this);
        try
        {
            while (TakeNext(self) is { } next)
            {
                next.Callback(next.State);
            }
        }
        catch (Exception exception)
        {
            fault ??= ExceptionDispatchInfo.Capture(exception);
            wake.Release();
        }
        finally
        {
            Leave(self);
        }
    }

    private void RunLate(SendOrPostCallback callback, object? state) => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            SetSynchronizationContext(this);
            try
            {
                callback(state);
            }
            catch (Exception exception)
            {
                reportLate(exception);
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        },
        null);

    private sealed class Worker(Thread thread)
    {
        public Thread Thread => thread;

        /// <summary>Whether the thread waits for continuations, rather than inside the cell's code.</summary>
        public volatile bool IsWaiting;

        public bool IsBlockedInUserCode => !IsWaiting && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0;
    }
}
