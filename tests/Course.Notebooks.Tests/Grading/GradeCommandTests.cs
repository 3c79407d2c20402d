using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using Course.Notebooks.Tests.Cli;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

/// <summary>A small class with one student of each sort, graded by the command as an instructor would.</summary>
[TestFixture]
public sealed class GradeCommandTests
{
    private const string Double = "int Double(int x) => 2 * x;";
    private const string Square = "int Square(int x) => x * x;";

    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public void WriteClass()
    {
        folder = new TemporaryFolder();
        Assignments.Arithmetic().Save(folder.File("source/one/arithmetic.ipynb"));
        HandIn("ada", Double, Square, "Because.");
        HandIn("bob", Double, "int Square(int x) => x + x;", "=HYPERLINK(\"http://example.org\")");
        HandIn("eve", Double, "Environment.Exit(0);", "I won.");
        HandIn("zoe", null, null, null);
        Directory.CreateDirectory(folder.File("submitted/dan/one"));
        File.WriteAllText(folder.File("submitted/dan/one/arithmetic.ipynb"), "{ not a notebook");
        Directory.CreateDirectory(folder.File("submitted/fay/one"));
        Directory.CreateDirectory(folder.File("submitted/gus/another"));
    }

    [OneTimeTearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task A_class_is_graded_once_and_its_points_are_in_every_book()
    {
        var first = await CommandLine.RunAsync(folder.Path, "grade", "submitted", "--source", "source", "--jobs", "2", "--timeout", "300", "--total-timeout", "600");
        Assert.That(first.ExitCode, Is.Zero, first.Error + first.Output);
        Assert.That(first.Output, Does.Contain("[6/6]").And.Contain("missed by 5 of 6: test-square").And.Contain("3 submissions wait for a person"));

        string[] expected = ["ada 5 1", "bob 2 1", "dan 0 0", "eve 2 1", "fay 0 0", "zoe 0 0"];
        var csv = await File.ReadAllLinesAsync(folder.File("autograded/gradebook.csv"));
        Assert.That(csv[0], Is.EqualTo("student,assignment,notebook,score,max_points,needs_person,findings"));
        Assert.That(csv.Skip(1).Select(line => line.Split(',')).Select(row => $"{row[0]} {row[3]} {row[5]}"), Is.EqualTo(expected));
        Assert.That(Query("SELECT student || ' ' || CAST(score AS INTEGER) || ' ' || needs_person FROM submission ORDER BY student"), Is.EqualTo(expected));
        Assert.That(Query("SELECT cell FROM cell WHERE student = 'bob' AND score < max_points"), Is.EqualTo(["test-square"]));
        Assert.That(await File.ReadAllTextAsync(folder.File("autograded/cells.csv")), Does.Contain("the square of 3 is 9"));
        Assert.That(NotebookDocument.Load(folder.File("autograded/bob/one/arithmetic.ipynb")).Cells.SelectMany(cell => cell.Outputs).Select(output => output.Type),
            Has.Some.EqualTo("error"));
        Assert.That(await File.ReadAllTextAsync(folder.File("autograded/dan/one/arithmetic.grade.json")), Does.Not.Contain(folder.Path), "no path of the instructor's machine");

        HandIn("zoe", Double, Square, null);
        var second = await CommandLine.RunAsync(folder.Path, "grade", "submitted", "--source", "source", "--jobs", "2", "--timeout", "300", "--total-timeout", "600");
        Assert.That(second.Output.Split("graded before"), Has.Length.EqualTo(6), "all but one");
        Assert.That(second.Output, Does.Contain("zoe  one/arithmetic  5/10"));
    }

    [Test]
    public async Task What_cannot_be_graded_is_said_in_a_sentence()
    {
        var nobody = await CommandLine.RunAsync(folder.Path, "grade", "source", "--source", "source/one");
        Assert.That(nobody.ExitCode, Is.EqualTo(1));
        Assert.That(nobody.Error, Does.Contain("Nobody in").And.Contain("submitted/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb"));
        var jobs = await CommandLine.RunAsync(folder.Path, "grade", "submitted", "--source", "source", "--jobs", "0");
        Assert.That(jobs.ExitCode, Is.EqualTo(2));
        Assert.That(jobs.Error, Does.Contain("--jobs takes a number from 1"));
    }

    [Test]
    public void A_text_that_a_spreadsheet_would_run_stays_text()
    {
        var target = folder.File("book");
        Gradebook.Save(target, [new SubmissionResult("=1+1", "a", "b", "", [new CellScore("c", GradeCellKind.Tests, 0.5, 1, "a \"quote\", a\nbreak")], [], 1)]);
        var csv = File.ReadAllText(Path.Combine(target, "gradebook.csv"));
        Assert.That(csv.Split('\n')[1], Does.Not.StartWith("=").And.Contain("0.5"));
        Assert.That(File.ReadAllText(Path.Combine(target, "cells.csv")), Does.Contain("\"a \"\"quote\"\", a\nbreak\""));
    }

    private List<string> Query(string sql)
    {
        using var database = new SqliteConnection($"Data Source={folder.File("autograded/gradebook.db")};Mode=ReadOnly;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }
        return rows;
    }

    private void HandIn(string student, string? doubles, string? square, string? why)
    {
        var document = AssignmentNotebook.Check(Assignments.Arithmetic(), "arithmetic").Release();
        foreach (var (id, text) in new[] { ("double", doubles), ("square", square), ("why", why) })
        {
            var cell = document.Cells.Single(one => GradeCell.IdOf(one) == id);
            cell.Source = text ?? cell.Source;
        }
        document.Save(folder.File($"submitted/{student}/one/arithmetic.ipynb"));
    }
}
