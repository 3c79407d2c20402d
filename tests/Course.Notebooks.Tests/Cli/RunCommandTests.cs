using System.Diagnostics;
using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Cli;

/// <summary><c>course run</c> as a reader meets it: exit codes, messages, files.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunCommandTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => folder.Dispose();

    [Test]
    public async Task Notebooks_that_pass_exit_0_and_leave_executed_copies_and_their_cards()
    {
        var first = Save("b.ipynb", "1 + 1");
        const string card = """{"metric":"accuracy","value":0.5,"low":0.4,"high":0.6}""";
        Save("a.ipynb", $"\"\"\"{card}\"\"\".DisplayAs(\"{ResultCard.MimeType}\");");
        var before = await File.ReadAllTextAsync(first);

        var result = await CommandLine.RunAsync(folder.Path, "run", ".", "--output", "out", "--json", "sub/report.json");

        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Output.IndexOf("a.ipynb", StringComparison.Ordinal), Is.LessThan(result.Output.IndexOf("b.ipynb", StringComparison.Ordinal)));
        Assert.That(result.Output, Does.Contain("accuracy 0.5 (0.4–0.6)").And.Contain("2 of 2 notebooks passed"));
        var copy = NotebookDocument.Load(folder.File("out/b.ipynb"));
        Assert.That(copy.Cells[0].Outputs.Single().Bundle!.Data["text/plain"], Is.EqualTo("2"));
        Assert.That(copy.Cells[0].Metadata.ContainsKey("execution"), Is.True, "copies hold the times");
        Assert.That(await File.ReadAllTextAsync(first), Is.EqualTo(before), "without --write the notebook stays");
        var report = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("sub/report.json")))!;
        Assert.That((bool?)report["passed"], Is.True);
        Assert.That((string?)report["notebooks"]![0]!["cards"]![0]!["metric"], Is.EqualTo("accuracy"));
    }

    [Test]
    public async Task A_failing_cell_exits_1_with_notebook_cell_line_and_error()
    {
        Save("bad.ipynb", "var x = 1;", "x++;\nthrow new InvalidOperationException($\"x is [{x}]\");", "x");
        Save("good.ipynb", "1");

        var result = await CommandLine.RunAsync(folder.Path, "run", "bad.ipynb", "good.ipynb", "--output", "out", "--write");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Does.Contain("bad.ipynb, cell 2 of 3, line 2")
            .And.Contain("throw new InvalidOperationException(")
            .And.Contain("System.InvalidOperationException: x is [2]")
            .And.Contain("1 of 2 notebooks passed"));
        Assert.That(NotebookDocument.Load(folder.File("out/bad.ipynb")).Cells[1].Outputs.Single().Type, Is.EqualTo("error"), "partial output");
        Assert.That(NotebookDocument.Load(folder.File("bad.ipynb")).Cells[1].Outputs, Is.Empty, "--write writes only what passed");
    }

    [Test]
    public async Task Writing_back_twice_changes_nothing_the_second_time()
    {
        var path = Save("n.ipynb", "Console.WriteLine(\"ü\");\nEnumerable.Range(1, 3)");
        Assert.That((await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--write")).ExitCode, Is.Zero);
        var once = await File.ReadAllTextAsync(path);
        Assert.That((await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--write")).ExitCode, Is.Zero);

        Assert.That(once, Does.Contain("ü").And.Not.Contain("iopub"));
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo(once));
        Assert.That(Directory.GetFiles(folder.Path), Is.EqualTo([path]), "no temporary file stays");
    }

    [Test]
    public async Task The_device_reaches_the_notebook()
    {
        Save("n.ipynb", "Environment.GetEnvironmentVariable(\"COURSE_DEVICE\")");
        await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--device", "cuda:1");
        var shown = NotebookDocument.Load(folder.File("out/n.ipynb")).Cells[0].Outputs.Single().Bundle!.Data["text/plain"];
        Assert.That(shown, Is.EqualTo("cuda:1"));
    }

    [Test]
    public async Task Time_limits_are_obeyed()
    {
        Save("n.ipynb", "while (true) { }");
        var cell = await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--timeout", "1.5");
        Assert.That(cell.ExitCode, Is.EqualTo(1));
        Assert.That(cell.Output, Does.Contain("cell's time limit of 1.5 s"));
        var total = await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--timeout", "0", "--total-timeout", "1.5");
        Assert.That(total.ExitCode, Is.EqualTo(1));
        Assert.That(total.Output, Does.Contain("notebook's time limit of 1.5 s"));
    }

    [Test]
    public async Task A_file_that_is_no_notebook_fails_alone()
    {
        await File.WriteAllTextAsync(folder.File("a.ipynb"), "{ \"cells\": [");
        Save("b.ipynb", "1");
        var result = await CommandLine.RunAsync(folder.Path, "run", ".", "--output", "out");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Does.Contain("unreadable a.ipynb").And.Contain("not valid JSON").And.Contain("1 of 2 notebooks passed"));
    }

    [Test]
    public async Task Ctrl_C_stops_the_kernel_saves_the_partial_output_and_exits_130()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "signals are sent with kill");
        Save("n.ipynb", "Console.WriteLine(\"first\");", "Console.WriteLine(\"second\");\nSystem.IO.File.WriteAllText(\"started\", \"\");\nwhile (true) { }", "3");
        Save("o.ipynb", "1");
        using var process = CommandLine.Start(folder.Path, "run", "n.ipynb", "o.ipynb", "--output", "out", "--json", "report.json");
        for (var i = 0; i < 3000 && !File.Exists(folder.File("started")); i++)
        {
            await Task.Delay(100);
        }
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }
        var result = await CommandLine.FinishAsync(process);

        Assert.That(result.ExitCode, Is.EqualTo(130), result.Output + result.Error);
        Assert.That(result.Output, Does.Contain("stopped").And.Contain("1 not run"));
        var copy = NotebookDocument.Load(folder.File("out/n.ipynb"));
        Assert.That(copy.Cells.Select(cell => cell.Outputs.FirstOrDefault()?.Text), Is.EqualTo(["first\n", "second\n", null]));
        Assert.That(File.Exists(folder.File("out/o.ipynb")), Is.False);
        Assert.That((string?)JsonNode.Parse(await File.ReadAllTextAsync(folder.File("report.json")))!["notebooks"]![0]!["status"], Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task Comparing_finds_the_first_difference_and_says_where_it_is()
    {
        Save("n.ipynb", "Console.WriteLine($\"loss {1.2345 + 1e-4 * Environment.GetEnvironmentVariables().Count:0.0000}\");", "\"same\"");
        var never = await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--compare");
        Assert.That(never.ExitCode, Is.EqualTo(1));
        Assert.That(never.Output, Does.Contain("differs").And.Contain("holds no run of this cell").And.Contain("--write"));

        Assert.That((await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--write")).ExitCode, Is.Zero);
        Assert.That((await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--compare")).ExitCode, Is.Zero);

        var document = NotebookDocument.Load(folder.File("n.ipynb"));
        document.Cells[0].SetOutputs([CellOutput.Stream("stdout", "loss 99.0000\n")]);
        document.Save(folder.File("n.ipynb"));
        var before = await File.ReadAllTextAsync(folder.File("n.ipynb"));
        var differs = await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--compare", "--write", "--json", "report.json");
        Assert.That(differs.ExitCode, Is.EqualTo(1));
        Assert.That(differs.Output, Does.Contain("cell 1, printed text, line 1").And.Contain("99.0000 became 1.2")
            .And.Contain("stored: loss 99.0000").And.Contain("now:    loss 1.2"));
        Assert.That(await File.ReadAllTextAsync(folder.File("n.ipynb")), Is.EqualTo(before), "what differs is not written back");
        var report = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("report.json")))!["notebooks"]![0]!;
        Assert.That(((string?)report["status"], (int?)report["differences"]![0]!["cell"]), Is.EqualTo(("differs", (int?)1)));

        Assert.That((await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "--compare", "--tolerance", "1")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Parameters_are_set_below_the_cell_that_declares_them()
    {
        Save("n.ipynb", "int steps = 100;\nfloat rate = 0.5f;\nvar name = \"\";", "$\"{steps} {rate.GetType().Name} {rate} {name}\"");
        var document = NotebookDocument.Load(folder.File("n.ipynb"));
        document.Cells[0].Metadata["tags"] = new JsonArray("parameters");
        document.Save(folder.File("n.ipynb"));

        var result = await CommandLine.RunAsync(folder.Path,
            "run", "-p", "steps", "-3", "n.ipynb", "--output", "out", "-p", "rate=2", "-p", "name", "a \"b\" = {c}", "-p", "stops", "1");

        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Output, Does.Contain("declares no 'stops'"));
        var copy = NotebookDocument.Load(folder.File("out/n.ipynb"));
        Assert.That(copy.Cells[1].HasTag("injected-parameters"), Is.True);
        Assert.That(copy.Cells[2].Outputs.Single().Bundle!.Data["text/plain"], Is.EqualTo("-3 Single 2 a \"b\" = {c}"));

        var misfit = await CommandLine.RunAsync(folder.Path, "run", "n.ipynb", "--output", "out", "-p", "steps", "many");
        Assert.That(misfit.ExitCode, Is.EqualTo(1));
        Assert.That(misfit.Output, Does.Contain("The parameter 'steps' is a int; 'many' is none."));
    }

    [Test]
    public async Task An_installed_kernel_runs_the_notebook()
    {
        Assume.That(OperatingSystem.IsWindows(), Is.False, "the kernel's description names dotnet without .exe");
        Directory.CreateDirectory(folder.File("data/kernels/other"));
        await File.WriteAllTextAsync(folder.File("data/kernels/other/kernel.json"), new JsonObject
        {
            ["argv"] = new JsonArray(Course.Cli.Running.CourseKernel.DotnetHost, CommandLine.Program, "kernel", "start", "--connection-file", "{connection_file}"),
            ["display_name"] = "Other",
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["env"] = new JsonObject { ["FROM_KERNEL"] = "${HOME}!" },
        }.ToJsonString());
        Save("n.ipynb", "Environment.GetEnvironmentVariable(\"FROM_KERNEL\")");
        var environment = new Dictionary<string, string> { ["JUPYTER_PATH"] = folder.File("data"), ["HOME"] = folder.Path };
        using var process = CommandLine.Start(folder.Path, environment, "run", "n.ipynb", "--output", "out", "--kernel", "OTHER");
        var result = await CommandLine.FinishAsync(process);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(NotebookDocument.Load(folder.File("out/n.ipynb")).Cells[0].Outputs.Single().Bundle!.Data["text/plain"], Is.EqualTo(folder.Path + "!"));
    }

    [TestCase("There is no notebook or folder 'none.ipynb'.", "run", "none.ipynb")]
    [TestCase("'text.txt' is no notebook", "run", "text.txt")]
    [TestCase("There is no notebook (*.ipynb) in the folder 'empty'.", "run", "empty")]
    [TestCase("have the same name", "run", "n.ipynb", "other/n.ipynb")]
    [TestCase("--json takes a file; 'empty' is a folder.", "run", "n.ipynb", "--json", "empty")]
    [TestCase("--output takes a folder; 'text.txt' is a file.", "run", "n.ipynb", "--output", "text.txt")]
    [TestCase("--timeout takes seconds", "run", "--timeout", "soon")]
    [TestCase("--timeout takes seconds", "run", "--timeout", "-1")]
    [TestCase("--total-timeout takes seconds", "run", "--total-timeout", "NaN")]
    [TestCase("There is no Jupyter kernel 'no-such'.", "run", "n.ipynb", "--kernel", "no-such")]
    [TestCase("--tolerance takes a number from 0 on", "run", "n.ipynb", "--compare", "--tolerance", "-1")]
    [TestCase("-p takes a name and a value: -p steps VALUE.", "run", "n.ipynb", "-p", "steps")]
    [TestCase("--write would leave the parameters", "run", "n.ipynb", "--write", "-p", "steps", "1")]
    [TestCase("'tpu' is no device", "run", "--device", "tpu")]
    [TestCase("There is no command 'walk', only run, book, doctor, kernel", "walk")]
    [TestCase("There is no option '--speed'", "run", "--speed")]
    [TestCase("Required command was not provided.")]
    public async Task Bad_arguments_exit_2_with_a_sentence_and_nothing_else(string sentence, params string[] arguments)
    {
        await File.WriteAllTextAsync(folder.File("text.txt"), "");
        Directory.CreateDirectory(folder.File("empty"));
        Directory.CreateDirectory(folder.File("other"));
        Save("n.ipynb", "1");
        Save("other/n.ipynb", "1");

        var result = await CommandLine.RunAsync(folder.Path, arguments);

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(sentence).And.Not.Contain("   at "));
        Assert.That(result.Error.Split('\n'), Has.Length.LessThanOrEqualTo(4));
    }

    private string Save(string name, params string[] sources)
    {
        var document = NotebookDocument.Create();
        foreach (var source in sources)
        {
            document.Add(CellKind.Code, source);
        }
        document.Save(folder.File(name));
        return folder.File(name);
    }
}
