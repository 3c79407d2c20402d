using System.Diagnostics;
using System.Globalization;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter.Client;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution;

/// <summary>The runner on real kernel processes that misbehave in every way a cell can. They mostly wait, so two run at a time.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CourseKernelTests
{
    private static readonly RunOptions ThreeSeconds = new() { CellTimeout = TimeSpan.FromSeconds(3), InterruptGrace = Patience.Long };
    private static readonly RunOptions Patient = new() { CellTimeout = Patience.Long };

    private TemporaryFolder folder = null!;
    private NotebookDocument document = null!;

    [SetUp]
    public void MakeFolder()
    {
        folder = new TemporaryFolder();
        document = NotebookDocument.Create();
    }

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task Variables_live_from_cell_to_cell_and_results_are_stored()
    {
        var report = await RunAsync(Patient, "var x = 40;", "Console.WriteLine(\"hi\");\nx + 2", "System.IO.Directory.GetCurrentDirectory()");

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Passed), string.Join('\n', RunSummary.Explain(report)));
        Assert.That(document.Cells[1].Outputs.Select(o => o.Type), Is.EqualTo(["stream", "execute_result"]));
        Assert.That(document.Cells[1].Outputs[0].Text, Is.EqualTo("hi\n"));
        Assert.That(document.Cells[1].Outputs[1].Bundle!.Data["text/plain"], Is.EqualTo("42"));
        Assert.That(document.Cells[2].Outputs[0].Bundle!.Data["text/plain"], Does.EndWith(Path.GetFileName(folder.Path)));
    }

    [Test]
    public async Task An_altered_expected_value_fails_with_its_line()
    {
        const string check = "var sum = Enumerable.Range(1, 10).Sum();\nif (sum != 56)\n    throw new Exception($\"expected 56, got {sum}\");";
        var report = await RunAsync(Patient, "var a = 1;", check, "a");

        AssertFailed(report, NotebookStatus.Failed, cell: 2, name: "System.Exception", message: "expected 56, got 55");
        Assert.That(report.FailedCell!.Error!.Line, Is.EqualTo(3));
        Assert.That(report.FailedCell.Error.Source, Does.StartWith("throw new Exception"));
        Assert.That(document.Cells[1].Outputs.Single().Type, Is.EqualTo("error"));
    }

    [Test]
    public async Task A_cell_that_does_not_compile_fails_with_its_line()
    {
        var report = await RunAsync(Patient, "var a = 1;\nint b = \"text\";");
        AssertFailed(report, NotebookStatus.Failed, cell: 1, name: "CompilationError", message: "CS0029");
        Assert.That(report.FailedCell!.Error!.Source, Is.EqualTo("int b = \"text\";"));
        Assert.That(document.Cells[0].Outputs.Select(o => o.Type), Is.EqualTo(["error"]));
    }

    [TestCase("while (true) { }")]
    [TestCase("System.Threading.Thread.Sleep(-1);")]
    [TestCase("await Task.Delay(-1);")]
    public async Task Endless_cells_are_interrupted_at_their_limit(string code)
    {
        var report = await RunAsync(ThreeSeconds, "Console.WriteLine(\"before\");\n" + code, "1");
        AssertFailed(report, NotebookStatus.TimedOut, cell: 1, name: "CellTimeout", message: "time limit of 3 s");
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("It was interrupted."));
        Assert.That(document.Cells[0].Outputs[0].Text, Is.EqualTo("before\n"), "the partial output is kept");
    }

    [TestCase(0)]
    [TestCase(3)]
    public async Task Environment_Exit_is_a_crash_with_its_code_and_earlier_output_is_kept(int code)
    {
        var report = await RunAsync(Patient, $"Console.WriteLine(\"before\");\nEnvironment.Exit({code});", "1");
        AssertFailed(report, NotebookStatus.Crashed, cell: 1, name: "KernelDied", message: $"exit code {code}");
        Assert.That(document.Cells[0].Outputs[0].Text, Is.EqualTo("before\n"));
    }

    [Test]
    public async Task A_stack_overflow_is_a_crash_that_says_so()
    {
        var report = await RunAsync(Patient, "int Forever(int n) => Forever(n + 1) + 1;\nForever(0)");
        AssertFailed(report, NotebookStatus.Crashed, cell: 1, name: "KernelDied", message: "stack overflowed");
        Assert.That(report.FailedCell!.Error!.Traceback, Has.Some.Contains("Forever"));
    }

    [Test]
    public async Task An_exception_on_a_background_thread_is_a_crash_that_names_it()
    {
        var report = await RunAsync(Patient,
            "new System.Threading.Thread(() => throw new InvalidOperationException(\"in the background\")).Start();\n"
            + "System.Threading.Thread.Sleep(30000);");
        AssertFailed(report, NotebookStatus.Crashed, cell: 1, name: "KernelDied",
            message: "System.InvalidOperationException: in the background");
    }

    [Test]
    public async Task A_process_that_is_killed_is_a_crash()
    {
        var report = await RunAsync(Patient, "System.Diagnostics.Process.GetCurrentProcess().Kill();\nSystem.Threading.Thread.Sleep(30000);");
        AssertFailed(report, NotebookStatus.Crashed, cell: 1, name: "KernelDied", message: OperatingSystem.IsWindows() ? "exit code" : "signal 9");
    }

    [Test]
    public async Task A_crash_between_two_cells_is_reported_with_the_next_one()
    {
        var report = await RunAsync(Patient,
            "Task.Run(async () => { await Task.Delay(1500); Environment.Exit(5); });", "System.Threading.Thread.Sleep(30000);");
        AssertFailed(report, NotebookStatus.Crashed, cell: 2, name: "KernelDied", message: "exit code 5");
    }

    [Test]
    public async Task A_flood_of_output_is_cut_and_the_cell_stopped()
    {
        var report = await RunAsync(ThreeSeconds with { MaxOutputChars = 10_000 },
            "while (true) { Console.WriteLine(new string('x', 99)); }");
        AssertFailed(report, NotebookStatus.TimedOut, cell: 1, name: "CellTimeout", message: "3 s");
        Assert.That(document.ToJson(), Has.Length.LessThan(30_000));
        Assert.That(string.Concat(document.Cells[0].Outputs.Select(o => o.Text)), Does.Contain("10,000 characters"));
    }

    [Test]
    public async Task What_a_cell_starts_ends_with_the_run_even_when_the_kernel_died_first()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "on Windows children of a dead kernel are not found again");
        const string start = "var child = System.Diagnostics.Process.Start(\"sleep\", \"1000\");\nConsole.WriteLine(child.Id);\n";
        await RunAsync(Patient, start + "Environment.Exit(1);");

        var id = int.Parse(document.Cells[0].Outputs[0].Text!, CultureInfo.InvariantCulture);
        Assert.That(await IsGoneAsync(id), Is.True, $"process {id} still runs");
    }

    [Test]
    public async Task The_kernel_ends_when_the_executor_does_whatever_it_is_doing()
    {
        // A process in the middle, which the test can kill, stands for the executor.
        var notebook = folder.File("loop.ipynb");
        document.Add(CellKind.Code, "System.IO.File.WriteAllText(\"pid\", Environment.ProcessId.ToString());\nwhile (true) { }");
        document.Save(notebook);
        var info = new ProcessStartInfo(CourseKernel.DotnetHost) { RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(CourseKernel).Assembly.Location, "run", notebook, "--output", folder.File("out")])
        {
            info.ArgumentList.Add(argument);
        }
        using var executor = Process.Start(info)!;
        var pidFile = folder.File("pid");
        for (var i = 0; i < 3000 && !(File.Exists(pidFile) && new FileInfo(pidFile).Length > 0); i++)
        {
            await Task.Delay(100);
        }
        var kernel = int.Parse(await File.ReadAllTextAsync(pidFile), CultureInfo.InvariantCulture);
        Assert.That(await IsGoneAsync(kernel, TimeSpan.Zero), Is.False);

        executor.Kill(entireProcessTree: false);
        Assert.That(await IsGoneAsync(kernel), Is.True, $"kernel {kernel} still runs");
    }

    [Test]
    public async Task A_program_that_cannot_be_started_is_a_report()
    {
        var report = await RunAsync(new KernelLaunch(folder.File("no-such-program"), [], folder.Path));
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.NotStarted));
        Assert.That(report.Problem, Does.Contain("no-such-program").And.Contain("cannot be started"));
    }

    [Test]
    public async Task A_program_that_ends_at_once_is_a_report_with_its_last_words()
    {
        var report = await RunAsync(new KernelLaunch(CourseKernel.DotnetHost, ["no-such-file.dll"], folder.Path));
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.NotStarted));
        Assert.That(report.Problem, Does.Contain("ended before it answered").And.Contain("no-such-file.dll"));
    }

    [Test]
    public async Task A_program_that_never_answers_is_a_report()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "sleep is a Unix program");
        var launch = new KernelLaunch("sh", ["-c", "echo waiting; sleep 1000"], folder.Path) { StartTimeout = TimeSpan.FromSeconds(1) };
        var report = await RunAsync(launch);
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.NotStarted));
        Assert.That(report.Problem, Does.Contain("did not answer within 1 s").And.Contain("waiting"));
    }

    [Test]
    public async Task Output_of_a_thread_that_outlives_its_cell_still_arrives()
    {
        await RunAsync(Patient, "var late = Task.Run(async () => { await Task.Delay(200); Console.WriteLine(\"late\"); });", "await late;");
        Assert.That(string.Concat(document.Cells.SelectMany(c => c.Outputs).Select(o => o.Text)), Does.Contain("late"));
    }

    [Test]
    public async Task Half_a_surrogate_pair_does_not_stop_the_conversation()
    {
        var report = await RunAsync(Patient, "Console.WriteLine(\"a\\ud83d\");\ndisplay(\"\\ude00b\");\n\"c\"");
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Passed), string.Join('\n', RunSummary.Explain(report)));
        Assert.That(NotebookDocument.Parse(document.ToJson()).Cells[0].Outputs.Select(o => o.Type),
            Is.EqualTo(["stream", "display_data", "execute_result"]));
    }

    [Test]
    public async Task A_cell_too_large_for_a_message_fails_alone()
    {
        var report = await RunAsync(Patient, "//" + new string('x', JupyterKernelClient.MaxCodeLength));
        AssertFailed(report, NotebookStatus.Failed, cell: 1, name: "CellTooLarge", message: "over the limit");
    }

    private Task<NotebookReport> RunAsync(RunOptions options, params string[] sources)
    {
        foreach (var source in sources)
        {
            document.Add(CellKind.Code, source);
        }
        var launch = CourseKernel.Launch(folder.Path, "cpu");
        return new NotebookRunner(() => new JupyterKernelClient(launch), options).RunAsync(document, "n.ipynb");
    }

    private Task<NotebookReport> RunAsync(KernelLaunch launch)
    {
        document.Add(CellKind.Code, "1");
        return new NotebookRunner(() => new JupyterKernelClient(launch), Patient).RunAsync(document, "n.ipynb");
    }

    private static void AssertFailed(NotebookReport report, NotebookStatus status, int cell, string name, string message)
    {
        var explanation = string.Join('\n', RunSummary.Explain(report));
        Assert.That(report.Status, Is.EqualTo(status), explanation);
        Assert.That(report.FailedCell!.Number, Is.EqualTo(cell), explanation);
        Assert.That(report.FailedCell.Error!.Name, Is.EqualTo(name), explanation);
        Assert.That(report.FailedCell.Error.Message, Does.Contain(message));
        Assert.That(report.Cells.Skip(cell).Select(c => c.Status), Is.All.EqualTo(CellStatus.NotRun));
    }

    private static async Task<bool> IsGoneAsync(int processId, TimeSpan? patience = null)
    {
        var until = DateTime.UtcNow + (patience ?? Patience.Long);
        while (true)
        {
            try
            {
                using var process = Process.GetProcessById(processId);
                // A dead process whose parent never asked for its exit code is still listed, as a zombie.
                if (process.HasExited || IsZombie(processId))
                {
                    return true;
                }
            }
            catch (ArgumentException)
            {
                return true;
            }
            if (DateTime.UtcNow >= until)
            {
                return false;
            }
            await Task.Delay(100);
        }
    }

    private static bool IsZombie(int processId)
    {
        try
        {
            return OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{processId}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
