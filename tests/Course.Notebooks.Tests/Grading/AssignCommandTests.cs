using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using Course.Notebooks.Tests.Cli;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

[TestFixture]
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AssignCommandTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void WriteSource()
    {
        folder = new TemporaryFolder();
        Assignments.Arithmetic().Save(folder.File("source/one/arithmetic.ipynb"));
        File.WriteAllText(folder.File("source/one/table.csv"), "1,2");
        Directory.CreateDirectory(folder.File("source/one/.ipynb_checkpoints"));
        File.WriteAllText(folder.File("source/one/.ipynb_checkpoints/arithmetic-checkpoint.ipynb"), "the solutions");
        File.WriteAllText(folder.File("source/one/.ipynb_checkpoints/notes.txt"), "the solutions");
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task Students_get_the_notebook_and_its_files_and_nothing_that_editors_left()
    {
        var result = await CommandLine.RunAsync(folder.Path, "assign", "source");
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(result.Output, Does.Contain("one/arithmetic: 3 graded cells, 10 points"));
        var files = Directory.EnumerateFiles(folder.File("release"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.File("release"), file));
        Assert.That(files, Is.EquivalentTo([Path.Combine("one", "arithmetic.ipynb"), Path.Combine("one", "table.csv")]));
        Assert.That(NotebookDocument.Load(folder.File("release/one/arithmetic.ipynb")).ToJson(), Does.Not.Contain("2 * x"));

        var again = await CommandLine.RunAsync(folder.Path, "assign", "source/one");
        Assert.That(again.ExitCode, Is.EqualTo(1), "a release is not overwritten by accident");
        Assert.That(again.Error, Does.Contain("--force"));
        Assert.That((await CommandLine.RunAsync(folder.Path, "assign", "source/one", "--force")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task One_wrong_assignment_stops_all_before_anything_is_written()
    {
        var wrong = NotebookDocument.Create();
        wrong.Cell(Assignments.Answer("open"), "// BEGIN SOLUTION");
        wrong.Save(folder.File("source/two/wrong.ipynb"));
        var result = await CommandLine.RunAsync(folder.Path, "assign", "source", "--output", "out");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain("wrong: Cell open: line 1: BEGIN SOLUTION has no END SOLUTION"));
        Assert.That(Directory.Exists(folder.File("out")), Is.False);
    }

    [Test]
    public void What_is_no_source_is_refused()
    {
        Assert.That(() => AssignmentFolder.Find(folder.File("nothing")), Throws.TypeOf<GradingException>().With.Message.Contains("no folder"));
        Directory.CreateDirectory(folder.File("empty"));
        Assert.That(() => AssignmentFolder.Find(folder.File("empty")), Throws.TypeOf<GradingException>().With.Message.Contains("no notebook"));
        Assert.That(() => AssignmentFolder.Release(folder.File("source/one"), folder.File("source"), replace: true),
            Throws.TypeOf<GradingException>().With.Message.Contains("overwrite its source"));
    }
}
