using System.Diagnostics;
using Course.Notebooks.Kernels;
using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting.Directives;

/// <summary>What a directive can reach: the session it runs in and the source it stands in.</summary>
internal sealed class DirectiveScope(
    CellRunner session, SourceDocument document, CellContext cell, IReadOnlyList<string> importing,
    CancellationToken cancellationToken)
{
    /// <summary>The session.</summary>
    public CellRunner Session => session;

    /// <summary>The source the directive stands in.</summary>
    public SourceDocument Document => document;

    /// <summary>Cancelled when the cell is interrupted.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Started by <c>#!time</c>; its reading is shown when the source has run.</summary>
    public Stopwatch? Clock { get; set; }

    /// <summary>How the C# that follows is compiled.</summary>
    public OptimizationLevel Optimization { get; set; } = OptimizationLevel.Debug;

    /// <summary>Shows something.</summary>
    public void Display(MimeBundle bundle) => cell.Output.Display(bundle);

    /// <summary>Shows documentation, in a pager where the front end has one.</summary>
    public void Page(MimeBundle bundle) => cell.Output.Page(bundle);

    /// <summary>The files whose import is under way, outermost first.</summary>
    public IReadOnlyList<string> Importing => importing;

    /// <summary>Runs a source of another file in the session and shows its value.</summary>
    /// <exception cref="CellFailedException">That source failed.</exception>
    public async Task RunAsync(SourceDocument other, string file)
    {
        if (await session.RunAsync(other, cell, [.. importing, file], cancellationToken).ConfigureAwait(false) is { } result)
        {
            Display(result);
        }
    }

    /// <summary>The full path of a file named in a directive; relative ones start at the notebook's folder.</summary>
    /// <exception cref="DirectiveException">The text is no path.</exception>
    public string FullPath(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
        {
            throw new DirectiveException("a file name is missing.");
        }
        return Path.GetFullPath(path, session.Options.WorkingDirectory);
    }
}
