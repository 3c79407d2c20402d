using Course.Cli;
using Course.Cli.Running;
using Course.Notebooks.Execution;
using NUnit.Framework;

namespace Notebooks.Execution;

/// <summary>
/// Every notebook of the course is a test of its own: it runs from top to bottom exactly as <c>course run</c> runs it, on the
/// CPU. The executed copy, complete or not, is in artifacts/notebooks.
/// </summary>
[TestFixture]
public sealed class NotebookTests
{
    [TestCaseSource(nameof(Notebooks))]
    public async Task Runs(string path)
    {
        var copy = Path.Combine(Repository.ExecutedNotebooks, Path.GetFileName(path));
        var report = await new NotebookJob(path, copy)
            .RunAsync(folder => CourseKernel.Launch(folder, "cpu"), new RunOptions(), new Progress());

        Assert.That(report.Passed, Is.True, () => string.Join('\n', RunSummary.Explain(report)) + $"\nIts output so far: {copy}");
        Assert.That(report.Cards.Where(card => !card.Within), Is.Empty, "results outside their bands");
        Assert.That(report.Cells.Count(cell => cell.Status == CellStatus.Passed), Is.Positive, "a notebook that runs nothing proves nothing");
    }

    private static IEnumerable<TestCaseData> Notebooks() =>
        NotebookSelection.OfCourse().Select(path => new TestCaseData(path).SetName(Path.GetFileName(path)));

    /// <summary>A line per cell in the test's log, so that a slow notebook can be watched.</summary>
    private sealed class Progress : IRunObserver
    {
        public void NotebookStarted(string path, int codeCells) => TestContext.Progress.WriteLine($"{Path.GetFileName(path)}: {codeCells} cells");

        public void CellStarted(int number, string firstLine)
        {
        }

        public void CellFinished(CellReport cell) =>
            TestContext.Progress.WriteLine(FormattableString.Invariant($"  cell {cell.Number}  {cell.Seconds:0.0} s  {cell.Status}  {cell.FirstLine}"));

        public void NotebookFinished(NotebookReport notebook) =>
            TestContext.Progress.WriteLine(FormattableString.Invariant($"  {notebook.Status} in {notebook.Seconds:0.0} s"));
    }
}
