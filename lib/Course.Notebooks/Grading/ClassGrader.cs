using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;

namespace Course.Notebooks.Grading;

/// <summary>
/// Grades a whole class: <c>submitted/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb</c> against <c>source/ASSIGNMENT/NOTEBOOK.ipynb</c>. What ran,
/// with its outputs, and a result beside it (<c>NOTEBOOK.grade.json</c>) go to <c>autograded/</c> in the same layout. A run that was
/// stopped goes on where it was: results whose submission, source and limits are the same are taken as they are.
/// </summary>
/// <param name="source">The folder of the assignments, or of one.</param>
/// <param name="submitted">The folder of the students.</param>
/// <param name="output">The folder for what was graded.</param>
/// <param name="launch">How to start a kernel in a folder.</param>
/// <param name="options">The limits.</param>
public sealed class ClassGrader(string source, string submitted, string output, Func<string, KernelLaunch> launch, GradingOptions options)
{
    // Results of an older way of grading are made again.
    private const string Version = "2";

    /// <summary>Grades everything.</summary>
    /// <param name="finished">Is told each result as it comes, and whether it was taken from an earlier run; one call at a time.</param>
    /// <param name="cancellationToken">Stops; what is finished stays.</param>
    /// <returns>The results by student, assignment and notebook.</returns>
    /// <exception cref="GradingException">There is nothing to grade, or the source is no assignment.</exception>
    /// <exception cref="KernelDiedException">No kernel can be started.</exception>
    public async Task<IReadOnlyList<SubmissionResult>> GradeAsync(
        Action<SubmissionResult, bool, int>? finished = null, CancellationToken cancellationToken = default)
    {
        var work = Work();
        var results = new SubmissionResult[work.Count];
        var gate = new Lock();
        var habits = new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, work.Count), habits, async (index, stop) =>
        {
            var (result, wasThere) = await GradeOneAsync(work[index], stop).ConfigureAwait(false);
            results[index] = result;
            lock (gate)
            {
                finished?.Invoke(result, wasThere, work.Count);
            }
        }).ConfigureAwait(false);
        return results;
    }

    private List<Submission> Work()
    {
        if (!Directory.Exists(submitted))
        {
            throw new GradingException($"There is no folder '{submitted}'. The layout is submitted/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb.");
        }
        var assignments = AssignmentFolder.Find(source).Select(folder => (Folder: folder, Notebooks: AssignmentFolder.Load(folder))).ToArray();
        var students = Directory.EnumerateDirectories(submitted).Select(folder => Path.GetFileName(folder)!)
            .Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal).ToArray();
        var work = new List<Submission>();
        foreach (var student in students)
        {
            foreach (var (folder, notebooks) in assignments)
            {
                // Who handed in nothing of an assignment is no row of it; who handed in a part gets no points for the rest.
                var name = Path.GetFileName(folder);
                if (Directory.Exists(Path.Combine(submitted, student, name)))
                {
                    work.AddRange(notebooks.Select(notebook => new Submission(student, folder, notebook)));
                }
            }
        }
        return work.Count > 0 ? work : throw new GradingException($"Nobody in '{submitted}' handed in an assignment of '{source}' "
            + $"({string.Join(", ", assignments.Select(assignment => Path.GetFileName(assignment.Folder)))}). The layout is submitted/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb.");
    }

    private async Task<(SubmissionResult Result, bool WasThere)> GradeOneAsync(Submission work, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var file = new FileInfo(Path.Combine(submitted, work.Student, work.Assignment, work.Source.Name + ".ipynb"));
        var target = Path.Combine(output, work.Student, work.Assignment, work.Source.Name);
        var fingerprint = Fingerprint(work, file);
        if (SubmissionResult.TryLoad(target + ".grade.json") is { } earlier && earlier.Fingerprint == fingerprint
            && earlier.Student == work.Student && earlier.Assignment == work.Assignment && earlier.Notebook == work.Source.Name)
        {
            return (earlier, true);
        }
        IReadOnlyList<CellScore> cells;
        IReadOnlyList<string> findings;
        var folder = Directory.CreateTempSubdirectory("course-grade-");
        try
        {
            CopyFiles(work.Folder, folder.FullName);
            var notebook = Read(file);
            (var document, cells, findings) = await new SubmissionGrader(work.Source, launch, options)
                .GradeAsync(notebook, folder.FullName, cancellationToken).ConfigureAwait(false);
            document.Save(target + ".ipynb");
        }
        catch (Exception e) when (e is GradingException or NotebookFormatException)
        {
            var why = e.Message.Replace(file.FullName, file.Name, StringComparison.Ordinal);
            (cells, findings) = ([.. work.Source.Graded.Select(grade => new CellScore(grade.Id, grade.Kind, 0, grade.Points!.Value, why))], [why]);
        }
        finally
        {
            Delete(folder);
        }
        var result = new SubmissionResult(work.Student, work.Assignment, work.Source.Name, fingerprint, cells, findings,
            Math.Round(clock.Elapsed.TotalSeconds, 2));
        result.Save(target + ".grade.json");
        return (result, false);
    }

    private NotebookDocument Read(FileInfo file)
    {
        // A link in an upload could point to another student's work, or to the solutions.
        if (!file.Exists || file.LinkTarget is not null)
        {
            throw new GradingException($"{file.Name} was not handed in.");
        }
        return NotebookDocument.Load(file.FullName, options.MaxFileBytes);
    }

    private string Fingerprint(Submission work, FileInfo file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var limits = options with { Workers = 0 };
        hash.AppendData(Encoding.UTF8.GetBytes($"{Version}\n{limits}\n{work.Source.Document.ToJson()}\n"));
        foreach (var other in OtherFiles(work.Folder))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(work.Folder, other)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(other)));
        }
        if (file.Exists && file.LinkTarget is null && file.Length <= options.MaxFileBytes)
        {
            hash.AppendData(File.ReadAllBytes(file.FullName));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> OtherFiles(string assignment) => AssignmentFolder.FilesOf(assignment).Order(StringComparer.Ordinal);

    private static void CopyFiles(string assignment, string folder)
    {
        foreach (var file in OtherFiles(assignment))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(assignment, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system empties its temporary folder.
        }
    }

    /// <summary>A notebook that a student was to hand in.</summary>
    private sealed record Submission(string Student, string Folder, AssignmentNotebook Source)
    {
        public string Assignment => Path.GetFileName(Folder);
    }
}
