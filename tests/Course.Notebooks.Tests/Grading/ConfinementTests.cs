using System.Globalization;
using Course.Cli.Kernels;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution.Confinement;
using Course.Notebooks.Grading;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Grading;

/// <summary>
/// Submissions that reach beyond their folder. Each prints what it got; a confined one got nothing, and the rest of it is graded.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfinementTests
{
    private const string Secret = "the hidden tests";
    private const string Double = "int Double(int x) => 2 * x;";

    private static readonly GradingOptions Patient = new() { CellTimeout = Patience.Long, TotalTimeout = Patience.Long };

    private TemporaryFolder folder = null!;
    private NotebookDocument submission = null!;

    [SetUp]
    public void WriteSecrets()
    {
        if (Confinement.Obstacle is { } obstacle)
        {
            Assert.Ignore($"Nothing can be confined here: {obstacle}.");
        }
        folder = new TemporaryFolder();
        foreach (var file in new[] { "source/one/arithmetic.ipynb", "submitted/other/one/arithmetic.ipynb", "gradebook.csv" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file))!);
            File.WriteAllText(folder.File(file), Secret);
        }
        Directory.CreateDirectory(folder.File("own/sub"));
        submission = Source().Release();
        Answer("double", Double);
    }

    [TearDown]
    public void DeleteFolder() => folder?.Dispose();

    [Test]
    public async Task Files_outside_can_neither_be_read_nor_listed_nor_written()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var root = Directory.GetParent(Path.GetDirectoryName(Publishing.CourseNotebooks.Files[0])!)!.FullName;
        await RunAsync(Attempts(
            ("read the source", $"System.IO.File.ReadAllText({Text(folder.File("source/one/arithmetic.ipynb"))})"),
            ("read another submission", $"System.IO.File.ReadAllText({Text(folder.File("submitted/other/one/arithmetic.ipynb"))})"),
            ("read the grade book", $"System.IO.File.ReadAllText({Text(folder.File("gradebook.csv"))})"),
            ("read by a link", $"System.IO.File.CreateSymbolicLink(\"link\", {Text(folder.File("gradebook.csv"))}) is null ? \"\" : System.IO.File.ReadAllText(\"link\")"),
            ("list the submissions", $"string.Join(\" \", System.IO.Directory.GetDirectories({Text(folder.File("submitted"))}))"),
            ("list the home", $"string.Join(\" \", System.IO.Directory.GetFileSystemEntries({Text(home)}))"),
            ("list temporary files", $"string.Join(\" \", System.IO.Directory.GetFileSystemEntries({Text(Path.GetTempPath())}))"),
            ("list the assignments", $"string.Join(\" \", System.IO.Directory.GetFileSystemEntries({Text(Path.Combine(root, "notebooks"))}))"),
            ("write a file beside", "Done(() => System.IO.File.WriteAllText(\"../beside.txt\", \"x\"))"),
            ("change the grade book", $"Done(() => System.IO.File.AppendAllText({Text(folder.File("gradebook.csv"))}, \"x\"))"),
            ("delete the grade book", $"Done(() => System.IO.File.Delete({Text(folder.File("gradebook.csv"))}))"),
            ("move out of the folder", "Done(() => { System.IO.File.WriteAllText(\"a\", \"x\"); System.IO.File.Move(\"a\", \"../a\"); })"),
            ("change the program", $"Done(() => System.IO.File.AppendAllText({Text(Path.Combine(Path.GetDirectoryName(typeof(CourseKernel).Assembly.Location)!, "planted.dll"))}, \"x\"))"),
            ("look into the grader", string.Create(CultureInfo.InvariantCulture, $"System.IO.File.ReadAllText(\"/proc/{Environment.ProcessId}/environ\")"))));
        Assert.That(await File.ReadAllTextAsync(folder.File("gradebook.csv")), Is.EqualTo(Secret));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "source", "submitted", "gradebook.csv", "own" }));
    }

    [Test]
    public async Task Programs_other_processes_and_the_network_are_out_of_reach()
    {
        List<(string, string)> attempts =
        [
            ("start a program", "System.Diagnostics.Process.Start(\"/bin/sh\", \"-c true\").Id.ToString()"),
            ("open a Unix socket", "new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0).ToString()"),
            ("send datagrams", "new System.Net.Sockets.UdpClient(\"127.0.0.1\", 53).ToString()"),
        ];
        if (Confinement.CoversNetwork)
        {
            attempts.AddRange([("call a web server", "Connect(80)"), ("call a proxy", "Connect(3128)"), ("be a server", "Listen(8080)")]);
        }
        if (Landlock.Version >= Landlock.SignalVersion)
        {
            attempts.Add(("end the grader", string.Create(CultureInfo.InvariantCulture, $"Done(() => System.Diagnostics.Process.GetProcessById({Environment.ProcessId}).Kill())")));
        }
        await RunAsync(Attempts([.. attempts]),
            "string Connect(int port) { try { new System.Net.Sockets.TcpClient(\"127.0.0.1\", port); } catch (System.Net.Sockets.SocketException e) when (e.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionRefused) { } return \"\"; }\n"
            + "string Listen(int port) { new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port).Start(); return \"\"; }\n");
    }

    [Test]
    public async Task Its_own_folder_is_its_own_and_no_file_outgrows_the_limit()
    {
        Answer("square", """
            int Square(int x) => x * x;
            System.IO.Directory.CreateDirectory("made");
            System.IO.File.WriteAllText("made/a", "x");
            System.IO.File.Move("made/a", "sub/b");
            System.IO.File.Delete("sub/b");
            Console.WriteLine(System.IO.Path.GetTempFileName().Length > 0);
            Console.WriteLine(Environment.GetEnvironmentVariable("COURSE_TEST_SECRET") ?? Environment.GetEnvironmentVariable("HOME"));
            try { using var f = System.IO.File.Create("big"); f.Write(new byte[(1 << 20) + 1]); f.Flush(); Console.WriteLine("GOT it"); }
            catch (Exception e) when (e is System.IO.IOException or ArgumentOutOfRangeException) { Console.WriteLine("too large"); }
            """);
        var (document, cells, _) = await GradeAsync(Patient with { MaxFolderBytes = 1 << 20 });
        Assert.That(cells[1].Score, Is.EqualTo(3), cells[1].Reason + Output(document));
        Assert.That(Output(document), Does.StartWith("True").And.EndsWith("too large"));
        Assert.That(Output(document), Does.Not.Contain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "\n"), "not the grader's home");
    }

    [Test]
    public async Task Many_files_end_the_process_as_one_large_file_would()
    {
        Answer("square", "int Square(int x) => x * x;\nfor (var i = 0; ; i++) { System.IO.File.WriteAllBytes($\"f{i}\", new byte[1 << 19]); System.Threading.Thread.Sleep(1); }");
        var (_, cells, findings) = await GradeAsync(Patient with { MaxFolderBytes = 1 << 24 });
        Assert.That(cells.Take(2).Select(cell => cell.Score), Is.EqualTo(new[] { 2.0, 0 }));
        Assert.That(findings, Has.Some.Contains("wrote more than 16 MB of files"));
    }

    [Test]
    public async Task Many_processes_are_ended_all_of_them()
    {
        Answer("square", """
            static class Native
            {
                [System.Runtime.InteropServices.DllImport("libc")] public static extern int fork();
                [System.Runtime.InteropServices.DllImport("libc")] public static extern int pause();
            }
            int Square(int x) => x * x;
            for (var i = 0; i < 8; i++) { if (Native.fork() == 0) while (true) Native.pause(); }
            System.Threading.Thread.Sleep(100_000);
            """);
        var (_, cells, findings) = await GradeAsync(Patient with { MaxProcesses = 4 });
        Assert.That(cells.Take(2).Select(cell => cell.Score), Is.EqualTo(new[] { 2.0, 0 }));
        Assert.That(findings, Has.Some.Contains("was more than 4 processes"));
    }

    [Test]
    public async Task A_flood_of_output_is_cut_and_costs_nothing()
    {
        Answer("square", "int Square(int x) => x * x;\nfor (var i = 0; i < 300_000; i++) Console.WriteLine(\"a line of output that nobody wants to read\");");
        var (document, cells, _) = await GradeAsync(Patient);
        Assert.That(cells[1].Score, Is.EqualTo(3), cells[1].Reason);
        Assert.That(document.ToJson(), Has.Length.LessThan(2 * Patient.MaxOutputChars));
    }

    private static AssignmentNotebook Source() => AssignmentNotebook.Check(Assignments.Arithmetic(), "arithmetic");

    private static Func<string, Notebooks.Execution.KernelLaunch> Launch(GradingOptions options) =>
        where => CourseKernel.LaunchConfined(where, ConfinedCommand.CoursePaths(), options.MaxFolderBytes);

    private static string Text(string text) => "@\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Attempts(params (string What, string Code)[] attempts) => string.Concat(attempts.Select(attempt =>
        $"try {{ Console.WriteLine(\"GOT {attempt.What}: \" + ({attempt.Code})); }} catch (Exception e) {{ Console.WriteLine(\"refused: \" + e.GetType().Name); }}\n"));

    private static string Output(NotebookDocument document) =>
        string.Concat(document.Cells.SelectMany(cell => cell.Outputs).Select(output => output.Text ?? "")).TrimEnd();

    // The attempts are made before the answer, so that its points show that the kernel is still well.
    private async Task RunAsync(string attempts, string helpers = "")
    {
        Answer("square", $"string Done(Action action) {{ action(); return \"\"; }}\n{helpers}{attempts}\nint Square(int x) => x * x;");
        var (document, cells, _) = await GradeAsync(Patient);
        var output = Output(document);
        Assert.That(output, Does.Not.Contain("GOT").And.Not.Contain(Secret));
        Assert.That(output.Split('\n'), Is.All.StartsWith("refused: "));
        Assert.That(output.Split('\n'), Has.Length.EqualTo(attempts.TrimEnd().Split('\n').Length));
        Assert.That(cells.Take(2).Select(cell => cell.Score), Is.EqualTo(new[] { 2.0, 3 }), cells[1].Reason);
    }

    private void Answer(string id, string source) => submission.Cells.First(cell => GradeCell.IdOf(cell) == id).Source = source;

    private Task<(NotebookDocument Document, IReadOnlyList<CellScore> Cells, IReadOnlyList<string> Findings)> GradeAsync(GradingOptions options) =>
        new SubmissionGrader(Source(), Launch(options), options).GradeAsync(submission, folder.File("own"));
}
