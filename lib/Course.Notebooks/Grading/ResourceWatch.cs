using System.Globalization;
using Course.Notebooks.Execution;

namespace Course.Notebooks.Grading;

/// <summary>
/// Looks four times a second at a kernel's process, at all it has started and at its folder, and ends it when it holds more than it may.
/// </summary>
internal sealed class ResourceWatch : IAsyncDisposable
{
    // Whoever writes files all the time should not be looked at all the time.
    private const int LooksPerFolderLook = 4;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    private readonly CancellationTokenSource end = new();
    private readonly Task watching;

    /// <summary>Begins to watch.</summary>
    /// <param name="kernel">Is killed at a limit.</param>
    /// <param name="processId">The process of a kernel that runs.</param>
    /// <param name="folder">The folder it works in; what is there already does not count.</param>
    /// <param name="limits">The limits.</param>
    public ResourceWatch(IKernelClient kernel, int processId, string folder, GradingOptions limits) =>
        watching = WatchAsync(kernel, processId, folder, limits);

    /// <summary>What the process did to be ended, after "because it"; <see langword="null"/> when it was not.</summary>
    public string? LimitReached { get; private set; }

    /// <summary>Ends the watch.</summary>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        end.Dispose();
    }

    private async Task WatchAsync(IKernelClient kernel, int processId, string folder, GradingOptions limits)
    {
        try
        {
            var before = FolderBytes(folder);
            using var timer = new PeriodicTimer(Interval);
            for (var look = 1; await timer.WaitForNextTickAsync(end.Token).ConfigureAwait(false); look++)
            {
                var (processes, memory) = ProcessTree.Measure(processId);
                LimitReached =
                    memory > limits.MaxMemoryBytes ? Text($"held more than {Megabytes(limits.MaxMemoryBytes):0} MB of memory")
                    : processes > limits.MaxProcesses ? Text($"was more than {limits.MaxProcesses} processes")
                    : look % LooksPerFolderLook == 0 && FolderBytes(folder) - before > limits.MaxFolderBytes ? Text($"wrote more than {Megabytes(limits.MaxFolderBytes):0} MB of files")
                    : null;
                if (LimitReached is not null)
                {
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

    private static long FolderBytes(string folder)
    {
        var habits = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", habits))
        {
            try
            {
                bytes += file.Length;
            }
            catch (IOException)
            {
                // It went while it was looked at.
            }
        }
        return bytes;
    }

    private static double Megabytes(long bytes) => bytes / (double)(1 << 20);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
