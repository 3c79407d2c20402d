using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Execution.Parameters;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Client;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter.Client;

/// <summary>The client on a kernel that other people wrote: IPython's, where it is installed.</summary>
[TestFixture]
public sealed class PythonKernelTests
{
    private const string Name = "python3";

    private readonly NotebookDocument document = NotebookDocument.Parse("""
        {"cells":[],"metadata":{"kernelspec":{"display_name":"Python 3","language":"python","name":"python3"}},"nbformat":4,"nbformat_minor":5}
        """);

    private KernelLaunch launch = null!;

    [OneTimeSetUp]
    public void FindKernel()
    {
        var found = KernelSpecs.Find(JupyterPaths.DataFolders()).FirstOrDefault(spec => spec.Name == Name && spec.Language == "python");
        Assume.That(found, Is.Not.Null, "IPython's kernel is not installed (Debian: python3-ipykernel)");
        launch = KernelLaunch.Of(found!, Path.GetTempPath());
    }

    [SetUp]
    public void Clear()
    {
        foreach (var cell in document.Cells.ToArray())
        {
            document.Remove(cell);
        }
    }

    [Test]
    public async Task Outputs_errors_and_times_arrive()
    {
        var report = await RunAsync(new RunOptions { ContinueOnError = true, RecordTiming = true },
            "import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7",
            "from IPython.display import HTML, display\nshown = display(HTML('<b>1</b>'), display_id='x')\nshown.update(HTML('<b>2</b>'))",
            "1 / 0", "input('?')", "'still here'");

        Assert.That(report.Cells.Select(cell => cell.Status), Is.EqualTo(
            [CellStatus.Passed, CellStatus.Passed, CellStatus.Failed, CellStatus.Failed, CellStatus.Passed]), Explain(report));
        Assert.That(document.Cells[0].Outputs.Select(output => output.Text ?? output.Bundle!.Data["text/plain"]), Is.EqualTo(["out\n", "err\n", "42"]));
        Assert.That(document.Cells[1].Outputs.Single().Bundle!.Data["text/html"], Is.EqualTo("<b>2</b>"));
        Assert.That((report.Cells[2].Error!.Name, report.Cells[2].Error!.Message), Is.EqualTo(("ZeroDivisionError", "division by zero")));
        Assert.That(report.Cells[2].Error!.Traceback, Has.None.Contains("\u001b"), "the report has no colours");
        Assert.That(document.Cells[2].Outputs.Single().Traceback, Has.Some.Contains("\u001b"), "the notebook has");
        Assert.That(report.Cells[3].Error!.Name, Is.EqualTo("StdinNotImplementedError"));
        Assert.That(document.Cells[0].Metadata["execution"]!.AsObject(), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_slow_cell_is_interrupted_by_signal_and_its_output_kept()
    {
        var report = await RunAsync(new RunOptions { CellTimeout = TimeSpan.FromSeconds(2) }, "import time\nprint('before', flush=True)\ntime.sleep(1000)");
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.TimedOut), Explain(report));
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("It was interrupted."));
        Assert.That(document.Cells[0].Outputs[0].Text, Is.EqualTo("before\n"));
    }

    [Test]
    public async Task A_kernel_that_kills_itself_is_a_crash()
    {
        var report = await RunAsync(new RunOptions(), "import os\nprint('before', flush=True)\nos._exit(3)");
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Crashed), Explain(report));
        Assert.That(report.FailedCell!.Error!.Message, Does.Contain("exit code 3"));
    }

    [Test]
    public async Task Parameters_are_set_as_Python()
    {
        NotebookParameter[] parameters = [new("n", "-2"), new("rate", "1e-3"), new("name", "a\"\\\n\u00e9\U0001F642"), new("none", "null"), new("yes", "true")];
        document.Add(CellKind.Code, "n = 1");
        document.Cells[0].Metadata.Clear();
        document.Cells[0].Metadata["tags"] = new System.Text.Json.Nodes.JsonArray("parameters");
        var report = await RunAsync(new RunOptions { Parameters = parameters },
            "print(n, rate, name == 'a\"\\\\\\n\\u00e9\\U0001F642', none, yes)");
        Assert.That(report.Passed, Is.True, Explain(report));
        Assert.That(document.Cells[2].Outputs.Single().Text, Is.EqualTo("-2 0.001 True None True\n"));
        Assert.That(report.Notes, Has.Count.EqualTo(4), "only n is declared");
    }

    private Task<NotebookReport> RunAsync(RunOptions options, params string[] sources)
    {
        foreach (var source in sources)
        {
            document.Add(CellKind.Code, source);
        }
        return new NotebookRunner(() => new JupyterKernelClient(launch), options with { LanguageMagics = false }).RunAsync(document, "n.ipynb");
    }

    private static string Explain(NotebookReport report) => string.Join('\n', RunSummary.Explain(report));
}
