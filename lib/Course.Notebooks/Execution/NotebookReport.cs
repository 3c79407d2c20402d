using System.Text.Json.Serialization;
using Course.Notebooks.Execution.Comparison;

namespace Course.Notebooks.Execution;

/// <summary>How one cell fared.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<CellStatus>))]
public enum CellStatus
{
    /// <summary>Ran to its end.</summary>
    Passed,

    /// <summary>Raised an exception, as its tag <c>raises-exception</c> allows.</summary>
    Raised,

    /// <summary>Raised an exception or did not compile.</summary>
    Failed,

    /// <summary>Took longer than it may.</summary>
    TimedOut,

    /// <summary>Took the kernel process down.</summary>
    Crashed,

    /// <summary>Tagged <c>skip-execution</c>, or holds nothing but white space.</summary>
    Skipped,

    /// <summary>Was stopped by the user.</summary>
    Cancelled,

    /// <summary>Was not reached.</summary>
    NotRun,
}

/// <summary>How a notebook fared.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<NotebookStatus>))]
public enum NotebookStatus
{
    /// <summary>Every cell that should run ran to its end.</summary>
    Passed,

    /// <summary>A cell failed, see the cells.</summary>
    Failed,

    /// <summary>A cell or the notebook took longer than it may.</summary>
    TimedOut,

    /// <summary>A cell took the kernel process down.</summary>
    Crashed,

    /// <summary>Every cell ran to its end, but the outputs are not those that were stored.</summary>
    Differs,

    /// <summary>Was stopped by the user.</summary>
    Cancelled,

    /// <summary>The kernel did not start, so nothing ran.</summary>
    NotStarted,

    /// <summary>The file is no notebook.</summary>
    Unreadable,
}

/// <summary>What went wrong in a cell.</summary>
/// <param name="Name">The exception's type, or <c>CellTimeout</c>, <c>KernelDied</c>, <c>Cancelled</c>.</param>
/// <param name="Message">The message.</param>
/// <param name="Line">The line of the cell, from 1, where that is known.</param>
/// <param name="Source">That line's text.</param>
/// <param name="Traceback">Lines for people; after a crash the last words of the process.</param>
public sealed record CellError(string Name, string Message, int? Line, string? Source, IReadOnlyList<string> Traceback);

/// <summary>How one code cell fared.</summary>
/// <param name="Index">The cell's place among all cells of the notebook, from 0.</param>
/// <param name="Number">Its place among the code cells, from 1: the number people count.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="FirstLine">Its first line that is not empty.</param>
/// <param name="Status">How it fared.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Error">What went wrong, or <see langword="null"/>.</param>
public sealed record CellReport(
    int Index, int Number, string Id, string FirstLine, CellStatus Status, double Seconds, CellError? Error)
{
    /// <summary>Whether this cell makes its notebook fail.</summary>
    [JsonIgnore]
    public bool Failed => Status is CellStatus.Failed or CellStatus.TimedOut or CellStatus.Crashed or CellStatus.Cancelled;
}

/// <summary>How one notebook fared.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Status">How it fared.</param>
/// <param name="Seconds">How long it took, the kernel's start included.</param>
/// <param name="Problem">A sentence when it failed as a whole, else <see langword="null"/>.</param>
/// <param name="Cards">The expected results it published, in order.</param>
/// <param name="Cells">Its code cells, in order.</param>
public sealed record NotebookReport(
    string Path, NotebookStatus Status, double Seconds, string? Problem,
    IReadOnlyList<ResultCard> Cards, IReadOnlyList<CellReport> Cells)
{
    /// <summary>Where stored and fresh outputs differ, one entry for a cell; <see langword="null"/> when they were not compared.</summary>
    public IReadOnlyList<OutputDifference>? Differences { get; init; }

    /// <summary>What is not wrong, but may not be meant: a parameter that the notebook does not declare.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether every cell that should run ran to its end, and the outputs are as they should be.</summary>
    [JsonIgnore]
    public bool Passed => Status == NotebookStatus.Passed;

    /// <summary>The cell that made the notebook fail, if one did.</summary>
    [JsonIgnore]
    public CellReport? FailedCell => Cells.FirstOrDefault(cell => cell.Failed);

    /// <summary>A report about a notebook of which nothing could be run.</summary>
    public static NotebookReport NothingRan(string path, NotebookStatus status, string problem) =>
        new(path, status, 0, problem, [], []);
}
