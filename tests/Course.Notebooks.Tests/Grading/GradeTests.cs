using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

/// <summary>Submissions of every sort on real kernel processes. They mostly wait, so two run at a time.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GradeTests
{
    private const string Double = "int Double(int x) => 2 * x;";
    private const string Square = "int Square(int x) => x * x;";

    private static readonly GradingOptions Patient = new() { CellTimeout = Patience.Long, TotalTimeout = Patience.Long };

    private TemporaryFolder folder = null!;
    private NotebookDocument submission = null!;

    [SetUp]
    public void Release()
    {
        folder = new TemporaryFolder();
        submission = Source().Release();
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task A_right_submission_gets_all_points_that_tests_give()
    {
        Answer("double", Double);
        Answer("square", Square);
        Answer("why", "Because.");
        var (document, cells, findings) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 2, test-square 3, why ?"));
        Assert.That(findings, Is.Empty);
        Assert.That(document.Cells.Select(cell => cell.Outputs.Count), Is.All.Zero, "the witness leaves no trace");
        Assert.That(document.ToJson(), Does.Contain("twice -3 is -6"), "the hidden tests were put back");
    }

    [Test]
    public async Task The_empty_release_gets_nothing()
    {
        var (_, cells, _) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 0, why 0"));
    }

    [Test]
    public async Task A_wrong_answer_is_told_the_message_of_the_test_that_it_missed()
    {
        Answer("double", "int Double(int x) => Math.Abs(2 * x);");
        Answer("square", Square);
        var (_, cells, _) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 3, why 0"));
        Assert.That(cells[0].Reason, Is.EqualTo("twice -3 is -6"), "a hidden test");
    }

    [TestCase("Environment.Exit(0);")]
    [TestCase("System.Diagnostics.Process.GetCurrentProcess().Kill();")]
    [TestCase("void Deep() => Deep(); Deep();")]
    public async Task Tests_that_did_not_run_because_the_kernel_ended_give_nothing(string attack)
    {
        Answer("double", Double);
        Answer("square", $"{Square}\nConsole.WriteLine(\"score: 5/5\");\n{attack}");
        var (_, cells, _) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 2, test-square 0, why 0"));
        Assert.That(cells[1].Reason, Does.StartWith("The tests did not run, because cell 4 ended the run"));
    }

    [Test]
    public async Task An_exit_inside_the_function_under_test_gives_nothing()
    {
        Answer("double", "int Double(int x) { Environment.Exit(0); return 2 * x; }");
        Answer("square", Square);
        var (_, cells, findings) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 0, why 0"));
        Assert.That(findings, Has.Some.Contains("ends its process (Exit)"));
    }

    [Test]
    public async Task An_endless_loop_costs_its_own_tests_only()
    {
        Answer("double", "int Double(int x) { while (true) { } }");
        Answer("square", Square);
        var (_, cells, _) = await GradeAsync(Patient with { CellTimeout = TimeSpan.FromSeconds(8), InterruptGrace = Patience.Long });
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 3, why 0"));
        Assert.That(cells[0].Reason, Does.Contain("time limit"));
    }

    [Test]
    public async Task A_process_that_holds_too_much_memory_is_ended()
    {
        Answer("double", "var held = new List<byte[]>();\nwhile (true) { var block = new byte[16 << 20]; Array.Fill(block, (byte)1); held.Add(block); System.Threading.Thread.Sleep(5); }");
        var (_, cells, findings) = await GradeAsync(Patient with { MaxMemoryBytes = 1L << 30 });
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 0, why 0"));
        Assert.That(findings, Has.Some.Contains("more than 1024 MB"));
    }

    [Test]
    public async Task Locked_cells_missing_cells_and_copies_are_put_right_and_told()
    {
        Answer("double", "int Double(int x) => 0;");
        Cell("test-double").Source = "// all fine";
        Cell("test-double").Metadata["tags"] = new System.Text.Json.Nodes.JsonArray("raises-exception");
        Answer("square", Square);
        submission.Remove(Cell("test-square"));
        submission.Cell(GradeCell.Read(Cell("double")), Double);
        submission.Cell(Assignments.Tests("my-own", 100), "1;");
        var (_, cells, findings) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 3, why 0"));
        Assert.That(findings, Has.Some.Contains("'test-double' was changed").And.Some.Contains("'test-square' was missing")
            .And.Some.Contains("'double' stands there more than once").And.Some.Contains("calls itself 'my-own'"));
    }

    [Test]
    public async Task A_name_of_the_tests_may_not_be_taken()
    {
        Answer("double", "int Double(int x) => 0;\nclass Exception : System.Exception { public Exception(string s) { } }\nvoid Helper() { }");
        Answer("square", Square);
        var (_, cells, _) = await GradeAsync(Patient);
        Assert.That(Scores(cells), Is.EqualTo("test-double 0, test-square 0, why 0"));
        Assert.That(cells[1].Reason, Does.Contain("declares Exception").And.Contain("another name"));
    }

    [Test]
    public async Task Code_from_other_files_is_taken_out()
    {
        await File.WriteAllTextAsync(folder.File("answer.csx"), Double);
        Answer("double", "#!import answer.csx");
        var (_, cells, findings) = await GradeAsync(Patient);
        Assert.That(cells[0].Score, Is.Zero);
        Assert.That(findings, Has.Some.Contains("#!import answer.csx"));
    }

    [TestCase("2.0 / 4", 0.5)]
    [TestCase("7", 2)]
    [TestCase("-1", 0)]
    [TestCase("\"2\"", 2, TestName = "a text is no score")]
    public async Task The_last_value_of_tests_is_partial_credit_within_its_bounds(string value, double expected)
    {
        var document = NotebookDocument.Create();
        document.Cell(Assignments.Answer("a"), "// nothing");
        document.Cell(Assignments.Tests("t", 2), $"Console.Write(\"no line break\");\n{value} // a comment");
        var (graded, cells, _) = await new SubmissionGrader(AssignmentNotebook.Check(document, "partial"), Launch, Patient).GradeAsync(document, folder.Path);
        Assert.That(cells[0].Score, Is.EqualTo(expected), cells[0].Reason);
        Assert.That(graded.Cells[1].Outputs.Select(output => output.Type), Is.EqualTo(["stream", "execute_result"]));
        Assert.That(graded.Cells[1].Outputs[0].Text, Is.EqualTo("no line break"));
    }

    private static AssignmentNotebook Source() => AssignmentNotebook.Check(Assignments.Arithmetic(), "arithmetic");

    private static Notebooks.Execution.KernelLaunch Launch(string folder) => CourseKernel.Launch(folder, "cpu");

    private static string Scores(IEnumerable<CellScore> cells) =>
        string.Join(", ", cells.Select(cell => FormattableString.Invariant($"{cell.Id} {cell.Score?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}")));

    private NotebookCell Cell(string id) => submission.Cells.First(cell => GradeCell.IdOf(cell) == id);

    private void Answer(string id, string source) => Cell(id).Source = source;

    private Task<(NotebookDocument Document, IReadOnlyList<CellScore> Cells, IReadOnlyList<string> Findings)> GradeAsync(GradingOptions options) =>
        new SubmissionGrader(Source(), Launch, options).GradeAsync(submission, folder.Path);
}
