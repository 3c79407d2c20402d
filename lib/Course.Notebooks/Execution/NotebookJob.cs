using Course.Notebooks.Documents;
using Course.Notebooks.Jupyter.Client;

namespace Course.Notebooks.Execution;

/// <summary>A notebook file to run, and where its executed form goes.</summary>
/// <param name="Path">The notebook.</param>
/// <param name="Copy">
/// Where the executed copy is written, complete or not, with the times of each cell in its metadata.
/// </param>
/// <param name="WriteBack">
/// Whether a run that passed also replaces the notebook itself, without times, so that only changed results are a change.
/// </param>
public sealed record NotebookJob(string Path, string Copy, bool WriteBack = false)
{
    /// <summary>Runs the notebook in its own folder and writes what came out, whatever happened.</summary>
    /// <param name="launch">How to start a kernel in a folder.</param>
    /// <param name="options">Limits and habits.</param>
    /// <param name="observer">Is told how the run goes on.</param>
    /// <param name="cancellationToken">Stops the run; the partial copy is still written.</param>
    public async Task<NotebookReport> RunAsync(
        Func<string, KernelLaunch> launch, RunOptions options, IRunObserver? observer, CancellationToken cancellationToken = default)
    {
        NotebookDocument document;
        try
        {
            document = NotebookDocument.Load(Path);
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            var unreadable = NotebookReport.NothingRan(Path, NotebookStatus.Unreadable, e.Message);
            observer?.NotebookStarted(Path, 0);
            observer?.NotebookFinished(unreadable);
            return unreadable;
        }
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        var kernel = launch(folder);
        var habits = options with { RecordTiming = true, LanguageMagics = kernel.Language is "C#" };
        var runner = new NotebookRunner(() => new JupyterKernelClient(kernel), habits, observer);
        var report = await runner.RunAsync(document, Path, cancellationToken).ConfigureAwait(false);
        document.Save(Copy);
        if (WriteBack && report.Passed)
        {
            foreach (var cell in document.Cells.Where(cell => cell.Kind == CellKind.Code))
            {
                CellTiming.Remove(cell);
            }
            document.Save(Path);
        }
        return report;
    }
}
