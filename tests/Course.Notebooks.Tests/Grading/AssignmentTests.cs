using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Course.Cli.Kernels;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Execution.Confinement;
using Course.Notebooks.Grading;
using Course.Notebooks.Jupyter.Client;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

/// <summary>
/// The course's assignments, graded as an instructor would: right answers get all points, the empty release none, and each wrong
/// answer in <c>Answers/</c> is found by the tests that are to find it, with the words meant for it, and costs nothing elsewhere.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class AssignmentTests
{
    private const int FewestWrongAnswers = 3;

    private static readonly GradingOptions Patient = new() { CellTimeout = Patience.Long, TotalTimeout = Patience.Long };

    [TestCaseSource(nameof(Each), new object[] { "right answers get all points" })]
    public async Task Right_answers_get_all_points(string name)
    {
        var assignment = Find(name);
        var cells = await GradeAsync(assignment, assignment.Submit([]));
        Assert.That(cells.Where(cell => cell.Kind == GradeCellKind.Tests).Select(Points), Is.EqualTo(assignment.Tests.Select(test => Full(assignment, test))));
        Assert.That(cells.Where(cell => cell.Kind != GradeCellKind.Tests).Select(cell => cell.Score), Is.All.Null, "a person judges these");
    }

    [TestCaseSource(nameof(Each), new object[] { "the empty release gets nothing" })]
    public async Task The_empty_release_gets_nothing(string name)
    {
        var assignment = Find(name);
        var cells = await GradeAsync(assignment, assignment.Notebook.Release());
        Assert.That(cells.Select(cell => cell.Score), Is.All.Zero);
        Assert.That(cells.Where(cell => cell.Kind == GradeCellKind.Tests).Select(cell => cell.Reason),
            Is.All.Contains("not implemented"), "whoever wrote nothing is told that, and not of a mistake");
    }

    [TestCaseSource(nameof(Each), new object[] { "wrong answers are told what is wrong with them" })]
    public async Task Wrong_answers_are_told_what_is_wrong_with_them(string name)
    {
        var assignment = Find(name);
        using var folder = FolderOf(assignment);
        await using var kernel = new JupyterKernelClient(SubmissionGrader.LaunchFor(assignment.Notebook, Launch(folder.Path)));
        var grader = new SubmissionGrader(assignment.Notebook, Launch, Patient);
        if (!assignment.AnswersDeclareTypes)
        {
            await kernel.StartAsync();
            var lasting = new LastingKernel(kernel);
            grader = new SubmissionGrader(assignment.Notebook, Patient, _ => lasting);
        }
        var mistakes = new List<string>();
        foreach (var wrong in assignment.Submissions())
        {
            var (_, scores, findings) = await grader.GradeAsync(assignment.Submit(wrong), folder.Path);
            var cells = scores.ToDictionary(cell => cell.Id, StringComparer.Ordinal);
            mistakes.AddRange(findings.Select(finding => $"{string.Join(", ", wrong)}: {finding}"));
            foreach (var answer in wrong)
            {
                var cell = cells[answer.Test];
                if (cell.Score is not { } score || score >= cell.MaxPoints)
                {
                    mistakes.Add($"{answer} got the points of {answer.Test}");
                }
                else if (cell.Reason?.Contains(answer.Message, StringComparison.Ordinal) != true)
                {
                    mistakes.Add($"{answer} is told '{cell.Reason}' in place of '{answer.Message}'");
                }
            }
            mistakes.AddRange(assignment.Tests.Where(test => !assignment.AnswersBehind(test).Overlaps(wrong.Select(answer => answer.Cell)) && Points(cells[test]) != Full(assignment, test))
                .Select(test => $"{test} has nothing to do with {string.Join(", ", wrong)}: {cells[test].Reason}"));
        }
        Assert.That(mistakes, Is.Empty);
    }

    [TestCaseSource(nameof(Each), new object[] { "every question has wrong answers" })]
    public void Every_question_has_wrong_answers(string name)
    {
        var assignment = Find(name);
        Assert.That(assignment.WrongAnswers.Select(answer => answer.Cell).Distinct(), Is.SubsetOf(assignment.Notebook.Cells.Keys));
        Assert.That(assignment.WrongAnswers.Select(answer => answer.Test).Distinct(), Is.SubsetOf(assignment.Tests));
        foreach (var test in assignment.Tests)
        {
            Assert.That(assignment.WrongAnswers.Count(answer => answer.Test == test), Is.AtLeast(FewestWrongAnswers), test);
            Assert.That(assignment.WrongAnswers.Where(answer => answer.Test == test).Select(answer => answer.Message).Distinct().Count(), Is.AtLeast(2),
                $"{test} says the same whatever is wrong");
        }
    }

    [TestCaseSource(nameof(Each), new object[] { "a release gives nothing away" })]
    public void A_release_gives_nothing_away(string name)
    {
        var source = Find(name).Notebook;
        var release = source.Release();
        var visible = string.Join('\n', release.Cells.Select(cell => cell.Source));
        Assert.That(visible, Does.Not.Contain("SOLUTION").And.Not.Contain("HIDDEN"));
        var lines = source.Document.Cells.SelectMany(cell => Lines(cell.Source)).ToArray();
        Assert.That(lines.Select(line => line.Region), Does.Contain("HIDDEN").And.Contain("SOLUTION"));
        // A line like "return total;" may stand outside of all regions, too.
        var open = string.Join('\n', lines.Where(line => line.Region is null).Select(line => line.Line));
        foreach (var (line, _) in lines.Where(line => line.Region is not null && line.Line.Length > 12 && !open.Contains(line.Line, StringComparison.Ordinal)))
        {
            Assert.That(visible, Does.Not.Contain(line));
        }
        foreach (var manual in source.Cells.Values.Where(cell => cell.Kind == GradeCellKind.Manual))
        {
            var cell = release.Cells.Single(one => GradeCell.IdOf(one) == manual.Id);
            Assert.That(cell.Source, Does.Contain(cell.Kind == CellKind.Code ? "YOUR CODE HERE" : "YOUR ANSWER HERE"), manual.Id);
        }
        Assert.That(source.Document.Cells.Sum(cell => cell.Outputs.Count), Is.Zero, "the source is stored without outputs");
    }

    // The rules of nbgrader's validator, read from the JSON and computed once more, so that no class of this grader is trusted here.
    [TestCaseSource(nameof(Each), new object[] { "a release obeys the format" })]
    public void A_release_obeys_the_format(string name)
    {
        var cells = JsonNode.Parse(Find(name).Notebook.Release().ToJson())!["cells"]!.AsArray();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cell in cells)
        {
            if (cell!["cell_type"]!.GetValue<string>() == "code")
            {
                Assert.That(cell["metadata"]!["polyglot_notebook"]!["kernelName"]!.GetValue<string>(), Is.EqualTo("csharp"));
                Assert.That(cell["metadata"]!["dotnet_interactive"]!["language"]!.GetValue<string>(), Is.EqualTo("csharp"));
                Assert.That(cell["outputs"]!.AsArray(), Is.Empty);
                Assert.That(cell["execution_count"], Is.Null);
            }
            if (cell["metadata"]!["nbgrader"] is not { } grading)
            {
                continue;
            }
            var id = grading["grade_id"]!.GetValue<string>();
            bool grade = Flag("grade"), locked = Flag("locked"), solution = Flag("solution");
            var type = cell["cell_type"]!.GetValue<string>();
            Assert.That(ids.Add(id), $"{id} stands there twice");
            Assert.That(id, Does.Match(@"\A[a-zA-Z0-9_\-]+\z"));
            Assert.That(grading["schema_version"]!.GetValue<int>(), Is.EqualTo(3), id);
            Assert.That(grading["cell_type"]!.GetValue<string>(), Is.EqualTo(type), id);
            Assert.That(Flag("task"), Is.False, id);
            Assert.That(solution && locked, Is.False, $"{id}: nobody could answer");
            Assert.That(!grade || solution || type == "code", $"{id}: tests are code");
            Assert.That(grading["points"] is not null, Is.EqualTo(grade), $"{id}: points where there is a grade, and only there");

            var source = cell["source"] is JsonArray lines ? string.Concat(lines.Select(line => line!.GetValue<string>())) : cell["source"]!.GetValue<string>();
            var points = grade ? grading["points"]!.GetValue<double>() : 0;
            Assert.That(points, Is.GreaterThanOrEqualTo(0));
            var python = points == Math.Floor(points) ? points.ToString("0.0", CultureInfo.InvariantCulture) : points.ToString("R", CultureInfo.InvariantCulture);
            var signed = $"{source}{type}{grade}{solution}{locked}{id}{(grade ? python : "")}";
#pragma warning disable CA5351 // The format asks for MD5.
            var checksum = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(signed)));
#pragma warning restore CA5351
            Assert.That(grading["checksum"]!.GetValue<string>(), Is.EqualTo(checksum), id);

            bool Flag(string member) => grading[member]!.GetValue<bool>();
        }
    }

    [Test]
    public void The_table_for_instructors_names_each_assignment_with_its_points()
    {
        var page = File.ReadAllText(Path.Combine(CourseAssignment.Root, "notebooks", "assignments", "README.md"));
        var rows = TableRow().Matches(page).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["points"].Value, StringComparer.Ordinal);
        var assignments = CourseAssignment.OfCourse.ToDictionary(assignment => assignment.Notebook.Name, assignment => string.Create(CultureInfo.InvariantCulture,
            $"{assignment.Notebook.MaxPoints} ({assignment.Notebook.Graded.Where(cell => cell.Kind == GradeCellKind.Manual).Sum(cell => cell.Points)})"), StringComparer.Ordinal);
        Assert.That(rows, Is.EquivalentTo(assignments), "the points, in brackets those that a person gives");
    }

    private static IEnumerable<TestCaseData> Each(string what) =>
        CourseAssignment.All.Select(assignment => new TestCaseData(assignment.Notebook.Name).SetName($"{assignment.Notebook.Name}: {what}"));

    private static CourseAssignment Find(string name) => CourseAssignment.All.Single(assignment => assignment.Notebook.Name == name);

    private static async Task<IReadOnlyList<CellScore>> GradeAsync(CourseAssignment assignment, NotebookDocument submission)
    {
        using var folder = FolderOf(assignment);
        var (_, cells, findings) = await new SubmissionGrader(assignment.Notebook, Launch, Patient).GradeAsync(submission, folder.Path);
        Assert.That(findings, Is.Empty);
        return cells;
    }

    private static TemporaryFolder FolderOf(CourseAssignment assignment)
    {
        var folder = new TemporaryFolder();
        foreach (var file in AssignmentFolder.FilesOf(assignment.Notebook.Folder!))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }
        return folder;
    }

    // As `course grade` does: within walls where the system has them.
    private static KernelLaunch Launch(string folder) => Confinement.Obstacle is null
        ? CourseKernel.LaunchConfined(folder, ConfinedCommand.CoursePaths(), Patient.MaxFolderBytes)
        : CourseKernel.Launch(folder, "cpu");

    private static string Points(CellScore cell) => string.Create(CultureInfo.InvariantCulture, $"{cell.Id}: {cell.Score}{(cell.Score == cell.MaxPoints ? "" : $" ({cell.Reason})")}");

    private static string Full(CourseAssignment assignment, string test) => string.Create(CultureInfo.InvariantCulture, $"{test}: {assignment.Notebook.Cells[test].Points}");

    /// <summary>The lines of a cell without their indentation, and the marked region they stand in: <c>SOLUTION</c>, <c>HIDDEN</c> or none.</summary>
    private static IEnumerable<(string Line, string? Region)> Lines(string source)
    {
        string? region = null;
        foreach (var line in source.Split('\n'))
        {
            if (line.Contains("// END ", StringComparison.Ordinal))
            {
                region = null;
            }
            else if (line.Split("// BEGIN ") is [_, var what])
            {
                region = what.Split(' ')[0];
            }
            else
            {
                yield return (line.Trim(), region);
            }
        }
    }

    /// <summary>
    /// A kernel for one submission after the other. A cell declares anew whatever it declared before, so each submission is graded by
    /// its own answers; locked cells that declare types are executed once (<see cref="CourseAssignment.AnswersDeclareTypes"/>). So
    /// hundreds of wrong answers need not wait for a process each.
    /// </summary>
    private sealed class LastingKernel(JupyterKernelClient kernel) : IKernelClient
    {
        private readonly HashSet<string> declared = new(StringComparer.Ordinal);

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ExecutionReply> ExecuteAsync(string code, IKernelOutput output) =>
            CourseAssignment.DeclaresTypes(code) && !declared.Add(code)
                ? Task.FromResult(new ExecutionReply(null, null)) : kernel.ExecuteAsync(code, output);

        public Task InterruptAsync() => kernel.InterruptAsync();

        public Task KillAsync() => kernel.KillAsync();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [GeneratedRegex(@"\|[^|\n]*\[[^\]\n]*\]\(source/(?<name>[^/)\n]+)/[^)\n]*\)[^|\n]*\|[^|\n]*\|\s*(?<points>\d+(\.\d+)? \(\d+(\.\d+)?\))\s*\|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
