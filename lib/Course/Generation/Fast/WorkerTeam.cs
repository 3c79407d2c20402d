namespace Course.Generation.Fast;

/// <summary>
/// A few threads that share one small piece of work after the other, thousands of times a second. They wait for the next piece
/// awake for a moment and asleep afterwards; and while awake they let other programs have the processor, so that a busy neighbour
/// costs a share of the speed and not nearly all of it.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    // About as long as choosing a token takes: between two tokens the workers stay awake.
    private const int AwakeTurns = 200;

    private readonly Thread[] workers;
    private readonly SemaphoreSlim[] alarms;
    private readonly int[] asleep;
    private Action<int>? work;
    private int round;
    private int unfinished;
    private Exception? failure;
    private volatile bool ended;

    /// <summary>Starts the threads.</summary>
    /// <param name="size">Parts of each piece of work; the calling thread does part 0 itself.</param>
    public WorkerTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        workers = new Thread[size - 1];
        alarms = new SemaphoreSlim[size - 1];
        asleep = new int[size - 1];
        for (var i = 0; i < workers.Length; i++)
        {
            var member = i;
            alarms[i] = new SemaphoreSlim(0);
            workers[i] = new Thread(() => Work(member)) { IsBackground = true, Name = $"decoder {i + 1}" };
            workers[i].Start();
        }
    }

    public int Size { get; }

    /// <summary>Has every member do its part, and returns when the last one is done. Not for several threads at once.</summary>
    /// <param name="action">Gets the number of the part, 0 to <see cref="Size"/> − 1.</param>
    public void Run(Action<int> action)
    {
        if (workers.Length == 0)
        {
            action(0);
            return;
        }

        ObjectDisposedException.ThrowIf(ended, this);
        work = action;
        failure = null;
        Volatile.Write(ref unfinished, workers.Length);
        Interlocked.Increment(ref round); // all that was written above is seen by whoever sees the new round
        Wake();
        Exception? own = null;
        try
        {
            action(0);
        }
        catch (Exception e)
        {
            own = e; // the others still use what this thread would leave
        }

        var turn = new SpinWait();
        while (Volatile.Read(ref unfinished) > 0)
        {
            turn.SpinOnce(sleep1Threshold: -1);
        }

        if ((own ?? failure) is { } thrown)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (ended)
        {
            return;
        }

        ended = true;
        Interlocked.Increment(ref round);
        Wake();
        foreach (var worker in workers)
        {
            worker.Join();
        }

        foreach (var alarm in alarms)
        {
            alarm.Dispose();
        }
    }

    /// <summary>The part of a row of equal things that one member does.</summary>
    public static (int From, int To) Share(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    private void Wake()
    {
        for (var i = 0; i < asleep.Length; i++)
        {
            if (Interlocked.Exchange(ref asleep[i], 0) == 1)
            {
                alarms[i].Release();
            }
        }
    }

    private void Work(int member)
    {
        for (var last = 0; ;)
        {
            WaitForRound(member, last);
            last++;
            if (ended)
            {
                return;
            }

            try
            {
                work!(member + 1);
            }
            catch (Exception e)
            {
                failure = e;
            }

            Interlocked.Decrement(ref unfinished);
        }
    }

    private void WaitForRound(int member, int last)
    {
        var turn = new SpinWait();
        for (var i = 0; i < AwakeTurns; i++)
        {
            if (Volatile.Read(ref round) != last)
            {
                return;
            }

            turn.SpinOnce(sleep1Threshold: -1);
        }

        // Say that an alarm is needed, then look again: a round that began in between has seen the flag or is seen here.
        Interlocked.Exchange(ref asleep[member], 1);
        if (Volatile.Read(ref round) != last && Interlocked.Exchange(ref asleep[member], 0) == 1)
        {
            return;
        }

        alarms[member].Wait();
    }
}
