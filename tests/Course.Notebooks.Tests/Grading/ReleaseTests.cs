using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

[TestFixture]
public sealed class ReleaseTests
{
    [Test]
    public void A_release_holds_no_solution_no_hidden_test_and_no_output()
    {
        var source = Assignments.Arithmetic();
        source.Cells[1].SetOutputs([CellOutput.Stream("stdout", "an output")]);
        source.Cells[1].ExecutionCount = 3;
        var release = AssignmentNotebook.Check(source, "arithmetic").Release();

        var text = release.ToJson();
        foreach (var secret in (string[])["2 * x", "x * x", "HIDDEN", "SOLUTION", "-6", "plus itself", "an output"])
        {
            Assert.That(text, Does.Not.Contain(secret));
        }
        Assert.That(release.Cells[2].Source, Is.EqualTo("int Double(int x)\n{\n    // YOUR CODE HERE\n    throw new System.NotImplementedException();\n}"));
        Assert.That(release.Cells[6].Source, Is.EqualTo("YOUR ANSWER HERE"));
        Assert.That(release.Cells[7].Source, Is.EqualTo("// Try things here."));
        Assert.That(release.Cells.Select(cell => cell.Id), Is.EqualTo(source.Cells.Select(cell => cell.Id)));
        Assert.That(source.ToJson(), Does.Contain("2 * x"), "the author's notebook stays as it is");
    }

    // nbgrader's validator: every cell of the assignment names schema 3, its type, and a checksum of what was released.
    [Test]
    public void A_release_keeps_the_rules_of_the_format()
    {
        var release = AssignmentNotebook.Check(Assignments.Arithmetic(), "arithmetic").Release();
        foreach (var cell in release.Cells.Where(GradeCell.IsOn))
        {
            var grade = GradeCell.Read(cell)!;
            Assert.That(grade.Checksum, Is.EqualTo(CellChecksum.Of(cell, grade)), grade.Id);
            Assert.That(cell.Metadata[GradeCell.Key]!["cell_type"]!.GetValue<string>(), Is.EqualTo(cell.Kind.ToString().ToLowerInvariant()));
            Assert.That(cell.Metadata["editable"]?.GetValue<bool>(), grade.Solution ? Is.Null : Is.False);
        }
        Assert.That(AssignmentNotebook.Check(release, "arithmetic").MaxPoints, Is.EqualTo(10), "a release is an assignment again");
    }

    [Test]
    public void Mistakes_are_all_named_at_once()
    {
        var source = Assignments.Arithmetic();
        source.Cell(Assignments.Tests("test-double", 1), "1;");
        source.Cell(null, "// BEGIN SOLUTION\nx\n// END SOLUTION");
        source.Cell(Assignments.Answer("open"), "// BEGIN SOLUTION");
        source.Cell(Assignments.Answer("hidden"), "// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS");
        source.Cell(Assignments.Tests("skipped", 1), "1;").Metadata["tags"] = new JsonArray("skip-execution", "raises-exception");
        var error = Assert.Throws<GradingException>(() => AssignmentNotebook.Check(source, "arithmetic"))!;
        string[] expected = ["test-double: another cell", "would be released", "open: line 1: BEGIN SOLUTION has no END", "hidden: it has hidden tests, but",
            "skipped: tests that are skipped", "skipped: tests fail by an exception"];
        foreach (var sentence in expected)
        {
            Assert.That(error.Problems, Has.Some.Contains(sentence));
        }
        Assert.That(error.Problems, Has.Count.EqualTo(expected.Length).And.All.StartsWith("arithmetic: "));
    }

    [Test]
    public void A_notebook_without_points_is_no_assignment()
    {
        var plain = NotebookDocument.Create();
        plain.Add(CellKind.Code, "1");
        Assert.That(() => AssignmentNotebook.Check(plain, "plain"), Throws.TypeOf<GradingException>().With.Message.Contains("No cell has points"));
    }
}
