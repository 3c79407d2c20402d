using Course.Notebooks.Documents;

namespace Course.Notebooks.Grading;

/// <summary>
/// A notebook of an assignment as its author wrote it, with solutions and hidden tests. It was checked, so that everything
/// made of it holds what the format promises.
/// </summary>
public sealed class AssignmentNotebook
{
    private AssignmentNotebook(string name, NotebookDocument document, IReadOnlyDictionary<string, GradeCell> cells, string? folder)
    {
        Name = name;
        Document = document;
        Cells = cells;
        Folder = folder;
    }

    /// <summary>The notebook's file without its extension.</summary>
    public string Name { get; }

    /// <summary>
    /// The folder it was read from, where relative paths of its directives start; <see langword="null"/> when it was read from no file.
    /// </summary>
    public string? Folder { get; }

    /// <summary>The author's notebook.</summary>
    public NotebookDocument Document { get; }

    /// <summary>The cells with grading metadata by their <c>grade_id</c>.</summary>
    public IReadOnlyDictionary<string, GradeCell> Cells { get; }

    /// <summary>The cells with points, in reading order.</summary>
    public IEnumerable<GradeCell> Graded => Document.Cells.Select(GradeCell.IdOf).OfType<string>()
        .Select(id => Cells[id]).Where(cell => cell.Points is not null);

    /// <summary>The most points the notebook can give.</summary>
    public double MaxPoints => Graded.Sum(cell => cell.Points!.Value);

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotebookFormatException">It is no notebook.</exception>
    /// <exception cref="GradingException">It is no assignment: all mistakes are named.</exception>
    public static AssignmentNotebook Load(string path) =>
        Check(NotebookDocument.Load(path), Path.GetFileNameWithoutExtension(path), Path.GetDirectoryName(Path.GetFullPath(path)));

    /// <summary>Checks a notebook.</summary>
    /// <param name="document">The notebook; it is kept.</param>
    /// <param name="name">Its file's name without extension.</param>
    /// <exception cref="GradingException">It is no assignment: all mistakes are named.</exception>
    public static AssignmentNotebook Check(NotebookDocument document, string name) => Check(document, name, null);

    private static AssignmentNotebook Check(NotebookDocument document, string name, string? folder)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(name);
        var problems = new List<string>();
        var cells = new Dictionary<string, GradeCell>(StringComparer.Ordinal);
        foreach (var cell in document.Cells)
        {
            try
            {
                CheckCell(cell, cells, problems);
            }
            catch (GradingException e)
            {
                problems.AddRange(e.Problems);
            }
        }
        if (problems.Count == 0 && cells.Values.All(cell => cell.Points is null))
        {
            problems.Add("No cell has points. Give at least one cell the metadata nbgrader.grade = true and nbgrader.points.");
        }
        return problems.Count == 0
            ? new AssignmentNotebook(name, document, cells, folder)
            : throw new GradingException([.. problems.Select(problem => $"{name}: {problem}")]);
    }

    /// <summary>
    /// The notebook as students get it: solutions replaced by stubs, hidden tests taken out, outputs cleared, checksums written.
    /// </summary>
    public NotebookDocument Release()
    {
        var release = NotebookDocument.Parse(Document.ToJson(), Name);
        foreach (var cell in release.Cells)
        {
            cell.ClearOutputs();
            Execution.CellTiming.Remove(cell);
            if (GradeCell.Read(cell) is not { } grade)
            {
                continue;
            }
            cell.Source = ReleasedSource(cell, grade);
            if (grade.IsLocked || grade.Task)
            {
                // Jupyter's own editors then refuse to delete or to change the cell, which spares many a submission.
                cell.Metadata["deletable"] = false;
                cell.Metadata["editable"] = false;
            }
            (grade with { Checksum = CellChecksum.Of(cell, grade) }).Write(cell);
        }
        release.Metadata.Remove("celltoolbar");
        return release;
    }

    /// <summary>The cell of the author's notebook with a <c>grade_id</c>.</summary>
    internal NotebookCell CellOf(string id) => Document.Cells.Single(cell => GradeCell.IdOf(cell) == id);

    /// <summary>What students see of a cell.</summary>
    internal static string ReleasedSource(NotebookCell cell, GradeCell grade)
    {
        var source = grade.Solution
            ? MarkedRegions.ReplaceSolutions(cell.Source, cell.Kind == CellKind.Code ? MarkedRegions.CodeStub : MarkedRegions.TextStub)
            : cell.Source;
        return MarkedRegions.RemoveHiddenTests(source);
    }

    private static void CheckCell(NotebookCell cell, Dictionary<string, GradeCell> cells, List<string> problems)
    {
        var grade = GradeCell.Read(cell);
        var name = grade?.Id ?? cell.Id;
        if (grade is not null && !cells.TryAdd(grade.Id, grade))
        {
            problems.Add($"Cell {grade.Id}: another cell has the same grade_id.");
        }
        problems.AddRange(MarkedRegions.Problems(cell.Source).Select(problem => $"Cell {name}: {problem}"));
        if (MarkedRegions.HasSolution(cell.Source) && grade is not { Solution: true })
        {
            problems.Add($"Cell {name}: it has a solution, but its metadata does not say 'solution', so the solution would be released.");
        }
        if (MarkedRegions.HasHiddenTests(cell.Source) && grade is not { Kind: GradeCellKind.Tests })
        {
            problems.Add($"Cell {name}: it has hidden tests, but it is no cell of tests ('grade' true, 'solution' false).");
        }
        if (cell.HasTag("skip-execution") && grade is { Kind: GradeCellKind.Tests })
        {
            problems.Add($"Cell {name}: tests that are skipped can give no points; remove the tag skip-execution.");
        }
        if (cell.HasTag("raises-exception") && grade is { Kind: GradeCellKind.Tests })
        {
            problems.Add($"Cell {name}: tests fail by an exception; remove the tag raises-exception.");
        }
    }
}
