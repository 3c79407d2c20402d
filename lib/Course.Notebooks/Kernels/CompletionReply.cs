namespace Course.Notebooks.Kernels;

/// <summary>What can stand at a place in the code. Positions count UTF-16 code units, as C# strings do.</summary>
/// <param name="Matches">The possible texts, best first; empty when nothing fits.</param>
/// <param name="Start">Where the text begins that a match replaces.</param>
/// <param name="End">Where it ends (exclusive).</param>
public sealed record CompletionReply(IReadOnlyList<CompletionMatch> Matches, int Start, int End)
{
    /// <summary>Nothing fits at a position.</summary>
    public static CompletionReply Nothing(int position) => new([], position, position);
}
