using Course.Notebooks.Execution.Comparison;
using Course.Notebooks.Execution.Parameters;

namespace Course.Notebooks.Execution;

/// <summary>How a notebook is run.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// How long one cell may run, unless the cell's or the notebook's <c>metadata.execution.timeout</c> (seconds) says
    /// otherwise; the cell's word counts before the notebook's. <see langword="null"/>: as long as it likes.
    /// </summary>
    public TimeSpan? CellTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the whole notebook may run, from the first cell on. <see langword="null"/>: as long as it likes.</summary>
    public TimeSpan? TotalTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an interrupted cell has to stop before its process is killed.</summary>
    public TimeSpan InterruptGrace { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether later cells run after one has failed.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>
    /// Whether each cell's metadata gets the times of its run, under the keys that nbclient writes. Off by default, because
    /// a notebook kept in git would then change with every run; the times are in the report anyway.
    /// </summary>
    public bool RecordTiming { get; init; }

    /// <summary>Variables to set in the notebook before it runs.</summary>
    public IReadOnlyList<NotebookParameter> Parameters { get; init; } = [];

    /// <summary>
    /// How far the numbers in the outputs may be from those that the notebook holds; <see langword="null"/>: nothing is compared.
    /// </summary>
    public NumericTolerance? Compare { get; init; }

    /// <summary>
    /// Whether a cell of another language than the notebook's is passed to the kernel below a line <c>#!language</c>, which C#
    /// kernels understand.
    /// </summary>
    public bool LanguageMagics { get; init; } = true;

    /// <summary>How many characters of output one cell may leave in the notebook.</summary>
    public long MaxOutputChars { get; init; } = 4_000_000;
}
