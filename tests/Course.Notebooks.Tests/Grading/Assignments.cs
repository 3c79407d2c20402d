using Course.Notebooks.Documents;
using Course.Notebooks.Grading;

namespace Course.Notebooks.Tests.Grading;

/// <summary>Builds assignments cell by cell, as an author would.</summary>
internal static class Assignments
{
    public static NotebookCell Cell(this NotebookDocument document, GradeCell? grade, string source, CellKind kind = CellKind.Code)
    {
        var cell = document.Add(kind, source);
        grade?.Write(cell);
        return cell;
    }

    public static GradeCell Answer(string id) => new(id, Grade: false, Locked: false, Solution: true);

    public static GradeCell Tests(string id, double points) => new(id, Grade: true, Locked: true, Solution: false, Points: points);

    public static GradeCell Manual(string id, double points) => new(id, Grade: true, Locked: false, Solution: true, Points: points);

    public static GradeCell ReadOnly(string id) => new(id, Grade: false, Locked: true, Solution: false);

    /// <summary>Two questions with hidden tests, one answer for a person, and a cell that students may change.</summary>
    public static NotebookDocument Arithmetic()
    {
        var document = NotebookDocument.Create();
        document.Cell(ReadOnly("intro"), "# Arithmetic", CellKind.Markdown);
        document.Cell(ReadOnly("setup"), "int calls = 0;");
        document.Cell(Answer("double"), "int Double(int x)\n{\n    // BEGIN SOLUTION\n    return 2 * x;\n    // END SOLUTION\n}");
        document.Cell(Tests("test-double", 2),
            "if (Double(2) != 4) throw new Exception(\"twice 2 is 4\");\n// BEGIN HIDDEN TESTS\nif (Double(-3) != -6) throw new Exception(\"twice -3 is -6\");\n// END HIDDEN TESTS");
        document.Cell(Answer("square"), "int Square(int x)\n{\n    // BEGIN SOLUTION\n    return x * x;\n    // END SOLUTION\n}");
        document.Cell(Tests("test-square", 3), "if (Square(3) != 9) throw new Exception(\"the square of 3 is 9\");");
        document.Cell(Manual("why", 5), "Because twice means plus itself.", CellKind.Markdown);
        document.Cell(null, "// Try things here.");
        return document;
    }
}
