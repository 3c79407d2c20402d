using System.Diagnostics;
using Course.Notebooks.Execution;

namespace Course.Notebooks.Grading;

/// <summary>Looks at a kernel's process four times a second and ends it when it holds more memory than it may.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    private readonly CancellationTokenSource end = new();
    private readonly Task watching;

    /// <summary>Begins to watch.</summary>
    /// <param name="kernel">Is killed at the limit.</param>
    /// <param name="processId">The process of a kernel that runs.</param>
    /// <param name="maxBytes">The limit.</param>
    public MemoryWatch(IKernelClient kernel, int processId, long maxBytes) => watching = WatchAsync(kernel, processId, maxBytes);

    /// <summary>Whether the process was ended because of its memory.</summary>
    public bool LimitReached { get; private set; }

    /// <summary>Ends the watch.</summary>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        end.Dispose();
    }

    private async Task WatchAsync(IKernelClient kernel, int processId, long maxBytes)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            using var timer = new PeriodicTimer(Interval);
            while (await timer.WaitForNextTickAsync(end.Token).ConfigureAwait(false))
            {
                process.Refresh();
                if (process.WorkingSet64 > maxBytes)
                {
                    LimitReached = true;
                    await kernel.KillAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or ArgumentException)
        {
            // The watch is over, or the process is.
        }
    }
}
