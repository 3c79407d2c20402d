using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

[TestFixture]
public sealed class GradeCellTests
{
    private const string Tests = """{"grade":true,"grade_id":"t","locked":true,"points":2,"schema_version":3,"solution":false,"task":false}""";

    [TestCase("""{"grade":true,"grade_id":"t","locked":true,"points":2,"schema_version":3,"solution":false}""", GradeCellKind.Tests)]
    [TestCase("""{"grade":false,"grade_id":"t","locked":false,"schema_version":3,"solution":true,"task":false}""", GradeCellKind.Answer)]
    [TestCase("""{"grade":true,"grade_id":"t","locked":false,"points":0.5,"schema_version":3,"solution":true}""", GradeCellKind.Manual)]
    [TestCase("""{"grade":false,"grade_id":"t","locked":true,"schema_version":3,"solution":false}""", GradeCellKind.ReadOnly)]
    public void The_flags_tell_what_a_cell_is_for(string json, GradeCellKind kind) =>
        Assert.That(GradeCell.Read(CellWith(json))!.Kind, Is.EqualTo(kind));

    [Test]
    public void A_cell_without_the_metadata_is_no_part_of_the_assignment()
    {
        Assert.That(GradeCell.Read(NotebookDocument.Create().Add(CellKind.Code, "1")), Is.Null);
        Assert.That(GradeCell.Read(CellWith("{}")), Is.Null);
    }

    [TestCase("\"grade_id\":\"t\"", "\"grade_id\":\"a b\"", "letters, digits")]
    [TestCase("\"grade_id\":\"t\"", "\"grade_id\":\"t\\n\"", "letters, digits")]
    [TestCase("\"grade_id\":\"t\"", "\"grade_id\":7", "'grade_id' must be a text")]
    [TestCase("\"grade_id\":\"t\",", "", "letters, digits")]
    [TestCase("\"grade\":true", "\"grade\":1", "'grade' must be true or false")]
    [TestCase("\"locked\":true,", "", "'locked' must be true or false")]
    [TestCase("\"solution\":false,", "", "'solution' must be true or false")]
    [TestCase("\"task\":false", "\"task\":\"no\"", "'task' must be true or false")]
    [TestCase("\"points\":2", "\"points\":-1", "'points' must be a number")]
    [TestCase("\"points\":2", "\"points\":1e9", "'points' must be a number")]
    [TestCase("\"points\":2", "\"points\":\"2\"", "'points' must be a number")]
    [TestCase("\"points\":2,", "", "a graded cell needs 'points'")]
    [TestCase("\"grade\":true", "\"grade\":false", "only a graded cell has 'points'")]
    [TestCase("\"schema_version\":3", "\"schema_version\":2", "'schema_version' must be 3")]
    [TestCase("\"schema_version\":3,", "", "'schema_version' must be 3")]
    [TestCase("\"solution\":false", "\"solution\":true", "both 'solution' and 'locked'")]
    [TestCase("\"task\":false", "\"cell_type\":\"markdown\"", "'cell_type' says markdown")]
    public void A_mistake_is_named(string right, string wrong, string sentence)
    {
        Assume.That(Tests, Does.Contain(right));
        var cell = CellWith(Tests.Replace(right, wrong, StringComparison.Ordinal));
        Assert.That(() => GradeCell.Read(cell), Throws.TypeOf<GradingException>().With.Message.Contains(sentence));
    }

    [Test]
    public void Metadata_that_is_no_object_is_refused() =>
        Assert.That(() => GradeCell.Read(CellWith("[1]")), Throws.TypeOf<GradingException>().With.Message.Contains("is an object"));

    [TestCase(CellKind.Markdown, "tests must be in a code cell")]
    [TestCase(CellKind.Raw, "raw cell")]
    public void Tests_are_code(CellKind kind, string sentence)
    {
        var cell = NotebookDocument.Create().Add(kind, "");
        cell.Metadata[GradeCell.Key] = JsonNode.Parse(Tests);
        Assert.That(() => GradeCell.Read(cell), Throws.TypeOf<GradingException>().With.Message.Contains(sentence));
    }

    [FsCheck.NUnit.Property]
    public void What_is_written_is_read_again(ushort halfPoints, bool manual)
    {
        var cell = NotebookDocument.Create().Add(CellKind.Code, "");
        var grade = (manual ? Assignments.Manual("a-1_B", halfPoints / 2.0) : Assignments.Tests("a-1_B", halfPoints / 2.0)) with { Checksum = "c" };
        grade.Write(cell);
        Assert.That(GradeCell.Read(cell), Is.EqualTo(grade));
    }

    [FsCheck.NUnit.Property]
    public void Any_metadata_is_read_or_refused_but_never_believed(string text, int number, bool flag)
    {
        string[] names = ["grade", "grade_id", "locked", "points", "schema_version", "solution", "task"];
        JsonNode?[] values = [text, number, flag, null, new JsonArray(), new JsonObject()];
        var json = JsonNode.Parse(Tests)!.AsObject();
        foreach (var name in names)
        {
            json[name] = values[Math.Abs((long)(name.Length * 31 + number)) % values.Length]?.DeepClone();
        }
        var cell = CellWith(json.ToJsonString());
        try
        {
            var read = GradeCell.Read(cell);
            Assert.That(read is null || (GradeCell.IsId(read.Id) && (read.Points is null or >= 0)), Is.True);
        }
        catch (GradingException e)
        {
            Assert.That(e.Problems, Is.Not.Empty);
        }
    }

    // The expected values were computed with Python's hashlib from the rule that nbgrader publishes.
    [TestCase("Softmax(x)\n", CellKind.Code, true, false, true, "test-softmax", 2.0, "0ed0117e6011432f86b64f00d8314f6b")]
    [TestCase("Grüße 🙂", CellKind.Markdown, false, false, true, "intro", 0.0, "c9bbd9d9d0c39825f251375d5707647e")]
    [TestCase("// x", CellKind.Code, false, true, false, "a_1", 0.0, "2e776b5dea9308aa9c7616246f966fc3")]
    [TestCase("why?", CellKind.Markdown, true, true, false, "q", 0.5, "91fe6864ff0648e06c77d2cd68fe6afe")]
    public void The_checksum_is_nbgraders(
        string source, CellKind kind, bool grade, bool solution, bool locked, string id, double points, string expected)
    {
        var cell = NotebookDocument.Create().Add(kind, source);
        Assert.That(CellChecksum.Of(cell, new GradeCell(id, grade, locked, solution, Points: grade ? points : null)), Is.EqualTo(expected));
    }

    [TestCase(1, "1.0")]
    [TestCase(0.5, "0.5")]
    [TestCase(100_000, "100000.0")]
    [TestCase(0.00001, "1e-05")]
    public void Numbers_are_written_as_Python_does(double value, string expected) =>
        Assert.That(CellChecksum.Python(value), Is.EqualTo(expected));

    private static NotebookCell CellWith(string json)
    {
        var cell = NotebookDocument.Create().Add(CellKind.Code, "");
        cell.Metadata[GradeCell.Key] = JsonNode.Parse(json);
        return cell;
    }
}
