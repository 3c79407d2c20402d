using System.Text.Json.Nodes;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Kernels;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Execution;

/// <summary>The runner's decisions, on a kernel without a process.</summary>
[TestFixture]
public sealed class NotebookRunnerTests
{
    /// <summary>For cells that do not end by themselves; the others end at once, however busy the machine is.</summary>
    private static readonly RunOptions Limited = new()
    {
        CellTimeout = TimeSpan.FromSeconds(0.2),
        InterruptGrace = Patience.Long,
    };

    private static readonly RunOptions Patient = new() { CellTimeout = Patience.Long, InterruptGrace = Patience.Long };

    [Test]
    public async Task Cells_run_in_order_and_are_counted_and_their_outputs_stored()
    {
        var document = Notebook("print", "", "7");
        document.Insert(1, CellKind.Markdown, "text");
        var kernel = new FakeKernel
        {
            OnExecute = (code, output) =>
            {
                if (code == "print")
                {
                    output.Stream("stdout", "hello\n");
                    return FakeKernel.Nothing;
                }
                return new ExecutionReply(new MimeBundle("text/plain", code), null);
            },
        };

        var report = await RunAsync(document, kernel);

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Passed));
        Assert.That(kernel.Executed, Is.EqualTo(["print", "7"]));
        Assert.That(report.Cells.Select(c => (c.Index, c.Number, c.Status)), Is.EqualTo(new[]
        {
            (0, 1, CellStatus.Passed), (2, 2, CellStatus.Skipped), (3, 3, CellStatus.Passed),
        }));
        Assert.That(document.Cells.Select(c => c.ExecutionCount), Is.EqualTo(new int?[] { 1, null, null, 2 }));
        Assert.That(document.Cells[0].Outputs.Single().Text, Is.EqualTo("hello\n"));
        Assert.That((int?)document.Cells[3].Outputs.Single().Json["execution_count"], Is.EqualTo(2));
        Assert.That(kernel.Calls, Is.EqualTo(["dispose"]));
    }

    [Test]
    public async Task The_run_stops_at_the_first_failing_cell_and_leaves_nothing_of_an_earlier_run()
    {
        var document = Notebook("1", "bad\nworse", "3");
        foreach (var cell in document.Cells)
        {
            cell.SetOutputs([CellOutput.Stream("stdout", "old")]);
            cell.ExecutionCount = 99;
        }
        var kernel = new FakeKernel { OnExecute = FailOn("bad\nworse", line: 2) };

        var report = await RunAsync(document, kernel);

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Failed));
        Assert.That(report.Cells.Select(c => c.Status), Is.EqualTo([CellStatus.Passed, CellStatus.Failed, CellStatus.NotRun]));
        Assert.That(report.FailedCell!.Error, Is.EqualTo(new CellError("System.Exception", "no", 2, "worse", report.FailedCell.Error!.Traceback)));
        Assert.That(document.Cells[1].Outputs.Single().Type, Is.EqualTo("error"));
        Assert.That(document.Cells[2].Outputs, Is.Empty);
        Assert.That(document.Cells[2].ExecutionCount, Is.Null);
    }

    [Test]
    public async Task On_request_later_cells_run_all_the_same()
    {
        var kernel = new FakeKernel { OnExecute = FailOn("bad") };
        var report = await RunAsync(Notebook("bad", "2"), kernel, Patient with { ContinueOnError = true });
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Failed));
        Assert.That(kernel.Executed, Is.EqualTo(["bad", "2"]));
    }

    [Test]
    public async Task A_cell_tagged_raises_exception_may_raise_and_may_not()
    {
        var document = Notebook("bad", "good");
        Tag(document.Cells[0], "raises-exception");
        Tag(document.Cells[1], "raises-exception");

        var report = await RunAsync(document, new FakeKernel { OnExecute = FailOn("bad") });

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Passed));
        Assert.That(report.Cells.Select(c => c.Status), Is.EqualTo([CellStatus.Raised, CellStatus.Passed]));
        Assert.That(report.Cells[0].Error!.Message, Is.EqualTo("no"));
    }

    [TestCase("loop", NotebookStatus.TimedOut)]
    [TestCase("die", NotebookStatus.Crashed)]
    public async Task The_tag_allows_neither_timeouts_nor_crashes(string code, NotebookStatus status)
    {
        var document = Notebook(code);
        Tag(document.Cells[0], "raises-exception");
        Assert.That((await RunAsync(document, new FakeKernel(), Limited)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_cell_tagged_skip_execution_keeps_its_outputs()
    {
        var document = Notebook("bad");
        Tag(document.Cells[0], "skip-execution");
        document.Cells[0].SetOutputs([CellOutput.Stream("stdout", "kept")]);

        var report = await RunAsync(document, new FakeKernel { OnExecute = FailOn("bad") });

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Passed));
        Assert.That(report.Cells.Single().Status, Is.EqualTo(CellStatus.Skipped));
        Assert.That(document.Cells[0].Outputs.Single().Text, Is.EqualTo("kept"));
    }

    [Test]
    public async Task A_slow_cell_is_interrupted_first()
    {
        var kernel = new FakeKernel();
        var report = await RunAsync(Notebook("loop", "2"), kernel, Limited);

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.TimedOut));
        Assert.That(kernel.Calls, Is.EqualTo(["interrupt", "dispose"]));
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("time limit of 0.2 s").And.Contain("interrupted"));
        Assert.That(report.Cells[1].Status, Is.EqualTo(CellStatus.NotRun));
    }

    [Test]
    public async Task A_cell_that_resists_is_killed()
    {
        var kernel = new FakeKernel();
        var report = await RunAsync(Notebook("native loop", "2"), kernel, Limited with { InterruptGrace = TimeSpan.FromSeconds(0.2), ContinueOnError = true });

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.TimedOut));
        Assert.That(kernel.Calls, Is.EqualTo(["interrupt", "kill", "dispose"]));
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("did not stop within 0.2 s"));
        Assert.That(kernel.Executed, Has.Count.EqualTo(1), "there is no kernel for a second cell");
    }

    [Test]
    public async Task The_notebooks_limit_ends_a_cell_that_has_time_of_its_own_left()
    {
        var options = Patient with { CellTimeout = null, TotalTimeout = TimeSpan.FromSeconds(0.3), ContinueOnError = true };
        var kernel = new FakeKernel();
        var report = await RunAsync(Notebook("1", "loop", "3"), kernel, options);

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.TimedOut));
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("notebook's time limit of 0.3 s"));
        Assert.That(kernel.Executed, Is.EqualTo(["1", "loop"]));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_limit_in_the_metadata_wins(bool inCell)
    {
        var document = Notebook("loop");
        var metadata = inCell ? document.Cells[0].Metadata : document.Metadata;
        metadata["execution"] = new JsonObject { ["timeout"] = 0.1 };

        var report = await RunAsync(document, new FakeKernel(), Patient);

        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("time limit of 0.1 s"));
        Assert.That((double?)metadata["execution"]!["timeout"], Is.EqualTo(0.1), "it stays");
    }

    [TestCase("\"soon\"")]
    [TestCase("-1")]
    [TestCase("0")]
    [TestCase("1e300")]
    [TestCase("null")]
    public async Task A_limit_that_makes_no_sense_is_none(string timeout)
    {
        var document = Notebook("loop");
        document.Metadata["execution"] = new JsonObject { ["timeout"] = JsonNode.Parse(timeout) };
        var report = await RunAsync(document, new FakeKernel(), Limited);
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("time limit of 0.2 s"));
    }

    [Test]
    public async Task A_crash_is_reported_with_its_cell_and_a_sentence()
    {
        var document = Notebook("1", "die", "3");
        var report = await RunAsync(document, new FakeKernel(), Patient with { ContinueOnError = true });

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Crashed));
        Assert.That(report.FailedCell!.Number, Is.EqualTo(2));
        Assert.That(report.FailedCell.Error!.Message, Does.Contain("exit code 3"));
        Assert.That(document.Cells[1].Outputs.Single().Name, Is.EqualTo("KernelDied"));
        Assert.That(report.Cells[2].Status, Is.EqualTo(CellStatus.NotRun));
    }

    [Test]
    public async Task A_kernel_that_does_not_start_is_a_report()
    {
        var kernel = new FakeKernel { StartProblem = new KernelExit(1, "cannot open library", "The kernel process ended before it answered.") };
        var report = await RunAsync(Notebook("1"), kernel);
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.NotStarted));
        Assert.That(report.Problem, Does.Contain("before it answered").And.Contain("cannot open library"));
        Assert.That(report.Cells.Single().Status, Is.EqualTo(CellStatus.NotRun));
    }

    [Test]
    public async Task Stopping_a_run_interrupts_its_cell_and_still_reports()
    {
        using var stop = new CancellationTokenSource();
        var kernel = new FakeKernel { OnLoop = stop.Cancel };
        var runner = new NotebookRunner(() => kernel, Patient with { CellTimeout = null });

        var report = await runner.RunAsync(Notebook("1", "loop", "3"), "n.ipynb", stop.Token);

        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Cancelled));
        Assert.That(report.Cells.Select(c => c.Status), Is.EqualTo([CellStatus.Passed, CellStatus.Cancelled, CellStatus.NotRun]));
        Assert.That(kernel.Calls, Is.EqualTo(["interrupt", "dispose"]));
    }

    [Test]
    public async Task A_later_cells_update_and_late_output_reach_the_document()
    {
        IKernelOutput? first = null;
        var document = Notebook("show", "update");
        var kernel = new FakeKernel
        {
            OnExecute = (code, output) =>
            {
                if (code == "show")
                {
                    first = output;
                    output.Display(new MimeBundle("text/plain", "old"), "d");
                }
                else
                {
                    output.UpdateDisplay(new MimeBundle("text/plain", "new"), "d");
                    first!.Stream("stdout", "late");
                }
                return FakeKernel.Nothing;
            },
        };

        await RunAsync(document, kernel);

        Assert.That(document.Cells[0].Outputs[0].Bundle!.Data["text/plain"], Is.EqualTo("new"));
        Assert.That(document.Cells[0].Outputs[1].Text, Is.EqualTo("late"));
        Assert.That(document.Cells[1].Outputs, Is.Empty);
    }

    [Test]
    public async Task Times_are_written_only_on_request_and_old_ones_removed()
    {
        var document = Notebook("1");
        await RunAsync(document, new FakeKernel(), Patient with { RecordTiming = true });
        var execution = document.Cells[0].Metadata["execution"]!.AsObject();
        Assert.That(execution.Select(pair => pair.Key), Is.EquivalentTo(
            ["iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply"]));
        Assert.That((string?)execution["iopub.status.idle"], Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"));

        await RunAsync(document, new FakeKernel());
        Assert.That(document.Cells[0].Metadata.ContainsKey("execution"), Is.False);
    }

    [Test]
    public async Task Two_runs_of_the_same_notebook_give_the_same_file()
    {
        var kernel = () => new FakeKernel { OnExecute = (code, output) => new ExecutionReply(new MimeBundle("text/plain", code), null) };
        var document = Notebook("1", "2");
        await RunAsync(document, kernel());
        var once = document.ToJson();
        await RunAsync(document, kernel());
        Assert.That(document.ToJson(), Is.EqualTo(once));
    }

    [Test]
    public async Task Expected_result_cards_are_collected()
    {
        var document = Notebook(
            """{"title":"t","met":true,"metrics":[{"metric":"accuracy","value":98.1,"low":97,"high":100,"unit":"%"},7,{"metric":"x","value":null,"high":2}]}""",
            """{"metric":"loss","value":3}""", "7", """{"metric":7}""", "{", """{"metrics":{}}""");
        var kernel = new FakeKernel
        {
            OnExecute = (code, output) =>
            {
                output.Display(new MimeBundle(ResultCard.MimeType, code));
                return FakeKernel.Nothing;
            },
        };

        var report = await RunAsync(document, kernel);

        Assert.That(report.Cards, Is.EqualTo([
            new ResultCard("accuracy", 98.1, 97, 100, "%", 1),
            new ResultCard("x", null, null, 2, "", 1),
            new ResultCard("loss", 3, null, null, "", 2),
        ]));
        Assert.That(report.Cards.Select(card => card.ToString()), Is.EqualTo(["accuracy 98.1 % (97–100)", "x not finite (≤ 2)", "loss 3"]));
        Assert.That(report.Cards.Select(card => card.Within), Is.EqualTo([true, false, true]));
    }

    [Test]
    public async Task A_cell_of_another_language_is_sent_with_its_magic_and_lines_count_as_the_reader_sees_them()
    {
        var document = Notebook("line one\nline two");
        document.Cells[0].Metadata["polyglot_notebook"]!["kernelName"] = "markdown";
        const string sent = "#!markdown\nline one\nline two";

        var report = await RunAsync(document, new FakeKernel { OnExecute = FailOn(sent, line: 3) });

        Assert.That(report.FailedCell!.Error!.Line, Is.EqualTo(2));
        Assert.That(report.FailedCell.Error.Source, Is.EqualTo("line two"));
    }

    private static Task<NotebookReport> RunAsync(NotebookDocument document, FakeKernel kernel, RunOptions? options = null) =>
        new NotebookRunner(() => kernel, options ?? Patient).RunAsync(document, "n.ipynb");

    private static NotebookDocument Notebook(params string[] sources)
    {
        var document = NotebookDocument.Create();
        foreach (var source in sources)
        {
            document.Add(CellKind.Code, source);
        }
        return document;
    }

    private static Func<string, IKernelOutput, ExecutionReply> FailOn(string bad, int? line = null) => (code, _) =>
        code == bad ? new ExecutionReply(null, new KernelError("System.Exception", "no", ["no"], line)) : FakeKernel.Nothing;

    private static void Tag(NotebookCell cell, string tag) => cell.Metadata["tags"] = new JsonArray(tag);
}
