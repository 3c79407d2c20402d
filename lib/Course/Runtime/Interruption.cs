namespace Course.Runtime;

/// <summary>
/// How long computations of this library can be stopped from outside without a token having been passed to them: whoever wants a
/// thread to stop calls <see cref="Thread.Interrupt"/>, as notebook engines do when Stop is pressed, and loops pass
/// <see cref="Point"/> between two steps, where everything is in a good state.
/// </summary>
public static class Interruption
{
    private static readonly ManualResetEvent Never = new(initialState: false);

    /// <summary>Ends the calling loop if its thread was interrupted or its token cancelled. Costs less than a microsecond.</summary>
    /// <param name="cancellation">The caller's token, if it has one.</param>
    /// <exception cref="OperationCanceledException">The thread was interrupted, or the token is cancelled.</exception>
    public static void Point(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            // Waiting, even for no time at all, is what makes the runtime deliver an interrupt.
            Never.WaitOne(0);
        }
        catch (ThreadInterruptedException interrupt)
        {
            throw new OperationCanceledException("The computation was interrupted between two steps.", interrupt);
        }
    }

    /// <summary>
    /// Does work that must not be left half done although it waits for other threads, where an interrupt would strike: it is held
    /// back until the work is complete, and the next <see cref="Point"/> or wait of this thread meets it.
    /// </summary>
    /// <param name="work">The work; it runs on another thread.</param>
    public static void HoldBack(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var running = Task.Run(work);
        var interrupted = false;
        while (!running.IsCompleted)
        {
            try
            {
                ((IAsyncResult)running).AsyncWaitHandle.WaitOne();
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted)
        {
            Thread.CurrentThread.Interrupt();
        }

        running.GetAwaiter().GetResult();
    }
}
