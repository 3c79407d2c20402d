namespace Course.Notebooks.Grading;

/// <summary>What a submission may use up.</summary>
public sealed record GradingOptions
{
    /// <summary>How long one cell may run, unless the author's notebook says otherwise (<c>metadata.execution.timeout</c>).</summary>
    public TimeSpan CellTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one submission may run in all.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an interrupted cell has to stop before its process is killed.</summary>
    public TimeSpan InterruptGrace { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How much memory its process, with all it starts, may hold; then they are killed.</summary>
    public long MaxMemoryBytes { get; init; } = 3L << 30;

    /// <summary>How many processes it may be, with all it starts; then they are killed.</summary>
    public int MaxProcesses { get; init; } = 32;

    /// <summary>How much it may write into its folder; then it is killed. No file grows larger where the kernel is confined.</summary>
    public long MaxFolderBytes { get; init; } = 1L << 30;

    /// <summary>How many characters of output one cell may leave.</summary>
    public long MaxOutputChars { get; init; } = 200_000;

    /// <summary>A larger notebook is not read.</summary>
    public long MaxFileBytes { get; init; } = 20_000_000;

    /// <summary>How many submissions are executed at the same time.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount);
}
