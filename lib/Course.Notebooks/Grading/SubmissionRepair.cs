using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Course.Notebooks.Documents;

namespace Course.Notebooks.Grading;

/// <summary>A submission as it is executed, and what was found out about it on the way.</summary>
/// <param name="Document">The author's notebook with the student's answers and own cells in it, without outputs.</param>
/// <param name="Unanswered">The names of the answers that are as they were released.</param>
/// <param name="Findings">What was put right, one sentence each.</param>
/// <param name="StudentCells">The code cells whose text is the student's.</param>
internal sealed record RepairedSubmission(
    NotebookDocument Document, IReadOnlySet<string> Unanswered, IReadOnlyList<string> Findings, IReadOnlyList<NotebookCell> StudentCells);

/// <summary>
/// Makes of a submission what is executed. It starts from the author's notebook and takes over no more than a student may
/// write: the text of the answers and cells of the student's own. Everything else (tests, locked text, tags, limits in the
/// metadata, the order of the cells) is the author's, so that nothing in the file can touch how it is graded.
/// </summary>
internal static partial class SubmissionRepair
{
    private const int MaxCells = 5_000;

    /// <summary>Puts a submission together.</summary>
    /// <exception cref="GradingException">It has so many cells that no person can have written it.</exception>
    public static RepairedSubmission Repair(AssignmentNotebook source, NotebookDocument submitted)
    {
        if (submitted.Cells.Count > MaxCells)
        {
            throw new GradingException($"The notebook has {submitted.Cells.Count} cells; more than {MaxCells} are not graded.");
        }
        var order = source.Document.Cells.Select(GradeCell.IdOf).OfType<string>().ToArray();
        var (answers, extras, findings) = Sort(source, submitted, order);
        var document = NotebookDocument.Parse(source.Document.ToJson(), source.Name);
        foreach (var cell in document.Cells.Where(cell => GradeCell.IdOf(cell) is null).ToArray())
        {
            document.Remove(cell);
        }
        var unanswered = new HashSet<string>(StringComparer.Ordinal);
        var students = new List<NotebookCell>();
        var allowed = document.Cells.SelectMany(cell => cell.Source.Split('\n')).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);

        for (var i = order.Length - 1; i >= -1; i--)
        {
            foreach (var extra in Enumerable.Reverse(extras.GetValueOrDefault(i) ?? []))
            {
                var cell = document.Insert(i + 1, extra.Kind, extra.Kind == CellKind.Code ? WithoutImports(extra.Source, allowed, findings) : extra.Source);
                if (extra.Kind == CellKind.Code)
                {
                    SetLanguage(cell, submitted.LanguageOf(extra));
                    students.Add(cell);
                }
            }
            if (i >= 0)
            {
                var grade = source.Cells[order[i]];
                var cell = document.Cells[i];
                cell.ClearOutputs();
                if (grade.Solution)
                {
                    var released = AssignmentNotebook.ReleasedSource(cell, grade);
                    var answer = answers.GetValueOrDefault(grade.Id)?.Source ?? released;
                    if (Same(answer, released))
                    {
                        unanswered.Add(grade.Id);
                    }
                    cell.Source = cell.Kind == CellKind.Code ? WithoutImports(answer, allowed, findings) : answer;
                    if (cell.Kind == CellKind.Code)
                    {
                        students.Add(cell);
                    }
                }
            }
        }
        return new RepairedSubmission(document, unanswered, findings, students);
    }

    private static (Dictionary<string, NotebookCell> Answers, Dictionary<int, List<NotebookCell>> Extras, List<string> Findings) Sort(
        AssignmentNotebook source, NotebookDocument submitted, string[] order)
    {
        var answers = new Dictionary<string, NotebookCell>(StringComparer.Ordinal);
        var extras = new Dictionary<int, List<NotebookCell>>();
        var findings = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var anchor = -1;
        foreach (var cell in submitted.Cells)
        {
            var id = GradeCell.IdOf(cell);
            if (id is null || !source.Cells.TryGetValue(id, out var grade))
            {
                if (id is not null)
                {
                    findings.Add($"A cell calls itself '{Shorten(id)}', which this assignment does not have; it counts as the student's own.");
                }
                Extra(cell);
                continue;
            }
            if (!seen.Add(id))
            {
                findings.Add($"The cell '{id}' stands there more than once; the first one is graded"
                    + (grade.Solution ? ", the others are run as the student's own." : "."));
                if (grade.Solution)
                {
                    Extra(cell);
                }
                continue;
            }
            anchor = Array.IndexOf(order, id);
            Take(cell, grade);
        }
        findings.AddRange(order.Where(id => !seen.Contains(id)).Select(id => $"The cell '{id}' was missing and was put back."));
        return (answers, extras, findings);

        void Extra(NotebookCell cell)
        {
            if (!extras.TryGetValue(anchor, out var list))
            {
                extras[anchor] = list = [];
            }
            list.Add(cell);
        }

        void Take(NotebookCell cell, GradeCell grade)
        {
            var original = source.CellOf(grade.Id);
            if (grade.Solution)
            {
                answers[grade.Id] = cell;
            }
            else if (!Same(cell.Source, AssignmentNotebook.ReleasedSource(original, grade)))
            {
                findings.Add($"The locked cell '{grade.Id}' was changed; it was put back as it was.");
            }
            if (cell.Kind != original.Kind)
            {
                findings.Add($"The cell '{grade.Id}' was turned into {cell.Kind}; it is graded as {original.Kind}.");
            }
        }
    }

    // Code in other files could define what the tests use, and nobody who looks at the notebook would see it.
    private static string WithoutImports(string source, HashSet<string> allowed, List<string> findings)
    {
        var lines = source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Import().IsMatch(lines[i]) && !allowed.Contains(lines[i].Trim()))
            {
                findings.Add($"'{Shorten(lines[i].Trim())}' was taken out: an answer stands in the notebook itself.");
                lines[i] = "// taken out by the grader: " + lines[i].Trim();
            }
        }
        return string.Join('\n', lines);
    }

    private static void SetLanguage(NotebookCell cell, string language)
    {
        if (language != "csharp")
        {
            cell.Metadata["polyglot_notebook"] = new JsonObject { ["kernelName"] = language };
            cell.Metadata.Remove("dotnet_interactive");
        }
    }

    private static bool Same(string one, string other) =>
        one.ReplaceLineEndings("\n").TrimEnd() == other.ReplaceLineEndings("\n").TrimEnd();

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    [GeneratedRegex(@"\A\s*#(!import|!set|!share|load|r|i)\b")]
    private static partial Regex Import();
}
