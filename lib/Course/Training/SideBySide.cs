using System.Runtime.ExceptionServices;
using Course.Runtime;

namespace Course.Training;

/// <summary>
/// Several small trainings at the same time. A model of some ten thousand weights cannot share its work between cores, so each training
/// gets one core to itself and they are all ready sooner than one after another.
/// </summary>
/// <remarks>
/// The results are those of one after another, whatever the number of cores, as long as no piece of work changes what another one reads
/// or draws from the tensor library's own random numbers (<see cref="TorchRuntime.Seed"/>; dropout does, and PyTorch's layers when they are
/// made). Tensors that a piece leaves behind belong to none of the caller's scopes: each thread has scopes of its own.
/// </remarks>
public static class SideBySide
{
    /// <summary>Does the same for each of some items, on a thread and a core for each.</summary>
    /// <param name="items">What is to be worked on. The last is begun first: a series goes from small to large, and nobody should wait for the largest in the end.</param>
    /// <param name="work">The work; it ends early when it is interrupted, as trainings do (<see cref="Interruption"/>).</param>
    /// <param name="atOnce">How many at the same time; as many as there are cores when left out.</param>
    /// <returns>The results, in the order of the items.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atOnce"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The calling thread was interrupted; so were all pieces of work, and they have ended.</exception>
    /// <remarks>What a piece of work throws comes out here, after the others have been interrupted and have ended.</remarks>
    public static TResult[] Run<T, TResult>(IEnumerable<T> items, Func<T, TResult> work, int? atOnce = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce ?? 1, 1, nameof(atOnce));
        T[] pieces = [.. items];
        var results = new TResult[pieces.Length];
        var left = pieces.Length;
        ExceptionDispatchInfo? failure = null;
        var threads = new Thread[Math.Min(pieces.Length, atOnce ?? Environment.ProcessorCount)];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Work) { IsBackground = true, Name = nameof(SideBySide) };
        }

        var threadsOfOne = TorchRuntime.Threads;
        try
        {
            Array.ForEach(threads, thread => thread.Start());
            if (WaitFor(threads, onInterrupt: Stop))
            {
                throw new OperationCanceledException("The trainings were interrupted.");
            }
        }
        finally
        {
            TorchRuntime.Threads = threadsOfOne;
        }

        failure?.Throw();
        return results;

        void Work()
        {
            try
            {
                TorchRuntime.Threads = 1;
                for (int i; (i = Interlocked.Decrement(ref left)) >= 0;)
                {
                    results[i] = work(pieces[i]);
                }
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
                Stop();
            }
        }

        void Stop()
        {
            Volatile.Write(ref left, 0);
            foreach (var thread in threads.Where(thread => thread.IsAlive && thread != Thread.CurrentThread))
            {
                thread.Interrupt();
            }
        }
    }

    /// <summary>Does different things that have results, each on a thread and a core of its own.</summary>
    /// <param name="works">The pieces of work.</param>
    /// <returns>Their results, in this order.</returns>
    /// <exception cref="OperationCanceledException">The calling thread was interrupted; so were all pieces of work, and they have ended.</exception>
    public static TResult[] Run<TResult>(params Func<TResult>[] works)
    {
        ArgumentNullException.ThrowIfNull(works);
        return Run(works, work => work());
    }

    /// <summary>Does different things, each on a thread and a core of its own.</summary>
    /// <param name="works">The pieces of work.</param>
    /// <exception cref="OperationCanceledException">The calling thread was interrupted; so were all pieces of work, and they have ended.</exception>
    public static void Run(params Action[] works)
    {
        ArgumentNullException.ThrowIfNull(works);
        Run(works, work =>
        {
            work();
            return true;
        });
    }

    // Waits to the end in any case: nobody may go on while the work still uses what it was given.
    private static bool WaitFor(Thread[] threads, Action onInterrupt)
    {
        var interrupted = false;
        foreach (var thread in threads)
        {
            while (thread.IsAlive)
            {
                try
                {
                    thread.Join();
                }
                catch (ThreadInterruptedException)
                {
                    interrupted = true;
                    onInterrupt();
                }
            }
        }

        return interrupted;
    }
}
