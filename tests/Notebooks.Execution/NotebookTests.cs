using System.Globalization;
using Course.Cli;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Testing;
using NUnit.Framework;

namespace Notebooks.Execution;

/// <summary>
/// Every notebook of the course is a test of its own: it runs from top to bottom, on the CPU. Where Jupyter is installed,
/// Jupyter's <c>nbconvert</c> runs it on the installed kernel, as a reader's front end would; elsewhere <c>course run</c>'s executor
/// does. <see cref="BothDriversTests"/> shows that the two leave the same outputs, so that one run of each notebook, the expensive
/// part of all tests, is enough. The executed copy is in artifacts/notebooks.
/// </summary>
[TestFixture]
public sealed class NotebookTests
{
    /// <summary>Set to <c>course</c>, it lets the executor run the notebooks also where Jupyter is installed.</summary>
    private const string DriverVariable = "COURSE_NOTEBOOK_DRIVER";

    private const int SlowestCells = 5;

    private JupyterPrograms? jupyter;

    [OneTimeSetUp]
    public async Task FindJupyterAsync()
    {
        jupyter = Environment.GetEnvironmentVariable(DriverVariable) == "course" ? null : await JupyterPrograms.FindAsync(".net-csharp");
        TestContext.Progress.WriteLine(jupyter is null
            ? "The notebooks are run by the course's executor."
            : $"The notebooks are run by nbconvert ({jupyter.Jupyter}).");
    }

    [OneTimeTearDown]
    public void ForgetJupyter() => jupyter?.Dispose();

    [TestCaseSource(nameof(Notebooks))]
    public async Task Runs(string path)
    {
        var copy = Path.Combine(Repository.ExecutedNotebooks, Path.GetFileName(path));
        Directory.CreateDirectory(Repository.ExecutedNotebooks);
        await (jupyter is null ? ExecuteAsync(path, copy) : ConvertAsync(jupyter, path, copy));

        var executed = NotebookDocument.Load(copy);
        var code = executed.Cells.Where(cell => cell.Kind == CellKind.Code).ToArray();
        Assert.That(code.Count(cell => cell.ExecutionCount is not null), Is.Positive, "a notebook that runs nothing proves nothing");
        Assert.That(code.SelectMany(cell => cell.Outputs).Where(output => output.Type == "error"), Is.Empty);
        Assert.That(ResultCard.In(executed), Is.Not.Empty.And.All.Property(nameof(ResultCard.Within)).True, "results outside their bands");
    }

    private static async Task ExecuteAsync(string path, string copy)
    {
        var report = await new NotebookJob(path, copy)
            .RunAsync(folder => CourseKernel.Launch(folder, "cpu"), new RunOptions(), new Progress());
        Assert.That(report.Passed, Is.True, () => string.Join('\n', RunSummary.Explain(report)) + $"\nIts output so far: {copy}");
    }

    private static async Task ConvertAsync(JupyterPrograms jupyter, string path, string copy)
    {
        // nbconvert writes nothing when a cell fails, and an earlier copy must not pass for this run's.
        File.Delete(copy);
        var (exitCode, text) = await jupyter.ConvertAsync(path, copy);
        Assert.That(exitCode, Is.Zero, text);
        var cells = NotebookDocument.Load(copy).Cells.Where(cell => cell.Kind == CellKind.Code)
            .Select((cell, index) => (Number: index + 1, cell.Source, Time: CellTiming.Duration(cell) ?? TimeSpan.Zero)).ToArray();
        TestContext.Progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}: {cells.Length} cells in {cells.Sum(cell => cell.Time.TotalSeconds):0.0} s"));
        foreach (var (number, source, time) in cells.OrderByDescending(cell => cell.Time).Take(SlowestCells))
        {
            TestContext.Progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  cell {number}  {time.TotalSeconds:0.0} s  {source.Split('\n')[0]}"));
        }
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
