using System.Diagnostics;
using System.Globalization;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution.Confinement;
using Course.Notebooks.Grading;
using Course.Notebooks.Tests.Grading;

/// <summary>
/// A class of any size: right, half right, wrong, empty and hostile submissions of a small assignment, with the points each must get.
/// It is graded by the <c>course grade</c> command, which is killed in the middle and started once more.
/// </summary>
internal static class SimulatedClass
{
    private const string Double = "int Double(int x) => 2 * x;";
    private const string Square = "int Square(int x) => x * x;";
    private const string SourcePath = "THE PATH OF THE SOURCE";

    /// <summary>One sort of student.</summary>
    /// <param name="Name">What they do.</param>
    /// <param name="Points">What they get for it, of the 5 points that tests give.</param>
    /// <param name="Doubles">The answer to the first question; <see langword="null"/>: none.</param>
    /// <param name="Squares">The answer to the second.</param>
    /// <param name="Change">What they do to the file beside answering.</param>
    private sealed record Sort(string Name, double Points, string? Doubles, string? Squares, Action<NotebookDocument>? Change = null);

    private static readonly Sort[] Sorts =
    [
        new("right", 5, Double, Square),
        new("right-at-length", 5, "int Double(int x)\n{\n    var twice = x + x;\n    return twice;\n}", "int Square(int x) => (int)Math.Pow(x, 2);"),
        new("forgets-the-sign", 3, "int Double(int x) => Math.Abs(2 * x);", Square),
        new("adds-for-square", 2, Double, "int Square(int x) => x + x;"),
        new("all-wrong", 0, "int Double(int x) => x;", "int Square(int x) => x;"),
        new("empty", 0, null, null),
        new("half", 2, Double, null),
        new("does-not-compile", 2, Double, "int Square(int x) => x *;"),
        new("throws", 3, "int Double(int x) => throw new InvalidOperationException();", Square),
        new("runs-for-ever", 3, "int Double(int x) { while (true) { } }", Square),
        new("exits", 2, Double, Square + "\nEnvironment.Exit(0);"),
        new("exits-inside", 0, "int Double(int x) { Environment.Exit(0); return 2 * x; }", Square),
        new("kills-itself", 2, Double, "System.Diagnostics.Process.GetCurrentProcess().Kill();"),
        new("overflows-the-stack", 0, "void Deep() => Deep();\nDeep();", Square),
        new("prints-a-score", 2, Double, "Console.WriteLine(\"score: 5/5\");\nint Square(int x) => 9 + x - x + (x == 3 ? 1 : 0);"),
        new("floods", 5, Double, Square + "\nfor (var i = 0; i < 100_000; i++) Console.WriteLine(\"a line that nobody wants to read\");"),
        new("takes-names", 0, "int Double(int x) => 0;\nclass Exception : System.Exception { public Exception(string s) { } }", Square),
        new("changes-the-tests", 3, "int Double(int x) => 0;", Square, document => Find(document, "test-double").Source = "// all fine"),
        new("deletes-the-tests", 2, Double, "int Square(int x) => 0;", document => document.Remove(Find(document, "test-square"))),
        new("copies-a-cell", 3, "int Double(int x) => 0;", Square, document => document.Cell(GradeCell.Read(Find(document, "double")), "int Double(int x) => 0;")),
        new("imports-an-answer", 3, "#!import answer.csx", Square),
        new("reads-the-source", Confinement.Obstacle is null ? 2 : 5, Double, $"int Square(int x) => System.IO.File.ReadAllText(@\"{SourcePath}\").Length > 0 ? x * x : 0;"),
        new("is-no-notebook", 0, null, null),
        new("hands-in-nothing", 0, null, null),
    ];

    /// <summary>How many sorts of students there are.</summary>
    public static int SortCount => Sorts.Length;

    /// <summary>Writes <c>source/</c> and <c>submitted/</c>.</summary>
    /// <param name="folder">The folder for both.</param>
    /// <param name="students">How many; the sorts take turns.</param>
    /// <returns>The points by student.</returns>
    public static IReadOnlyDictionary<string, double> Write(string folder, int students)
    {
        var source = Path.GetFullPath(Path.Combine(folder, "source", "one", "arithmetic.ipynb"));
        Assignments.Arithmetic().Save(source);
        var assignment = AssignmentNotebook.Check(Assignments.Arithmetic(), "arithmetic");
        var expected = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var number = 0; number < students; number++)
        {
            var sort = Sorts[number % Sorts.Length];
            var name = string.Create(CultureInfo.InvariantCulture, $"s{number:000}-{sort.Name}");
            var file = Path.Combine(folder, "submitted", name, "one", "arithmetic.ipynb");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            expected.Add(name, sort.Points);
            if (sort.Name == "is-no-notebook")
            {
                File.WriteAllText(file, "{ not a notebook");
            }
            else if (sort.Name != "hands-in-nothing")
            {
                var document = assignment.Release();
                Answer(document, "double", sort.Doubles);
                Answer(document, "square", sort.Squares?.Replace(SourcePath, source, StringComparison.Ordinal));
                sort.Change?.Invoke(document);
                document.Save(file);
            }
        }
        return expected;
    }

    /// <summary>Grades the class once, until the end or until so many results are there: then the command is killed, as by a power cut.</summary>
    /// <param name="folder">The folder that <see cref="Write"/> was given.</param>
    /// <param name="jobs">How many submissions run at the same time.</param>
    /// <param name="killAfter">The number of results; <see langword="null"/>: until the end.</param>
    /// <returns>What the command printed.</returns>
    public static async Task<IReadOnlyList<string>> GradeAsync(string folder, int jobs, int? killAfter)
    {
        var info = new ProcessStartInfo(CourseKernel.DotnetHost) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in new[]
        {
            typeof(CourseKernel).Assembly.Location, "grade", "submitted", "--source", "source", "--jobs", jobs.ToString(CultureInfo.InvariantCulture), "--timeout", "10",
        })
        {
            info.ArgumentList.Add(argument);
        }
        using var process = Process.Start(info)!;
        var lines = new List<string>();
        var finished = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith('[') && ++finished == killAfter)
            {
                process.Kill();
                break;
            }
        }
        await process.WaitForExitAsync();
        return killAfter is not null || process.ExitCode == 0 ? lines
            : throw new InvalidOperationException($"course grade ended with {process.ExitCode}:\n{string.Join('\n', lines)}");
    }

    /// <summary>Where the grade book differs from what was expected, a sentence each.</summary>
    public static IReadOnlyList<string> Differences(string folder, IReadOnlyDictionary<string, double> expected)
    {
        var actual = File.ReadLines(Path.Combine(folder, "autograded", "gradebook.csv")).Skip(1).Where(line => line.StartsWith('s'))
            .Select(line => line.Split(',')).ToDictionary(row => row[0], row => double.Parse(row[3], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return
        [
            .. expected.Where(pair => !actual.TryGetValue(pair.Key, out var points) || points != pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture,
                $"{pair.Key} should have {pair.Value} points, not {(actual.TryGetValue(pair.Key, out var points) ? points : double.NaN)}.")),
            .. actual.Keys.Except(expected.Keys).Select(name => $"{name} is no student."),
        ];
    }

    private static NotebookCell Find(NotebookDocument document, string id) => document.Cells.First(cell => GradeCell.IdOf(cell) == id);

    private static void Answer(NotebookDocument document, string id, string? source)
    {
        var cell = Find(document, id);
        cell.Source = source ?? cell.Source;
    }
}
