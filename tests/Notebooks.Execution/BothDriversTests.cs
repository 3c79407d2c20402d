using System.Text.Json.Nodes;
using Course.Cli;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter.Client;
using Course.Testing;
using NUnit.Framework;

namespace Notebooks.Execution;

/// <summary>
/// Jupyter's <c>nbconvert</c> and the course's executor on one notebook that shows everything a notebook of the course can show:
/// what they write must be the same to the last character. Skipped where there is no Jupyter.
/// </summary>
[TestFixture]
public sealed class BothDriversTests
{
    private JupyterPrograms jupyter = null!;
    private DirectoryInfo folder = null!;

    [OneTimeSetUp]
    public async Task InstallKernelAsync()
    {
        jupyter = await JupyterPrograms.FindAsync(".net-csharp") ?? throw new IgnoreException(JupyterPrograms.Missing);
        folder = Directory.CreateTempSubdirectory("course-drivers-");
        // The setup of the course's notebooks, for a notebook in another place.
        var setup = await File.ReadAllTextAsync(Path.Combine(Repository.Root!, "environment", "course.csx"));
        await File.WriteAllTextAsync(InFolder("setup.csx"), setup.Replace("\"../lib/", $"\"{Repository.Root!.Replace('\\', '/')}/lib/", StringComparison.Ordinal));
    }

    [OneTimeTearDown]
    public void RemoveFolder()
    {
        folder?.Delete(recursive: true);
        jupyter?.Dispose();
    }

    [Test]
    public async Task The_executor_and_nbconvert_leave_the_same_outputs()
    {
        Save("all.ipynb",
            "#!import setup.csx",
            "Console.Write(\"one \");\nConsole.WriteLine(\"line\");\nConsole.Error.WriteLine(\"and an error\");\nConsole.WriteLine(\"more\");",
            "torch.arange(6, device: CPU).reshape(2, 3)",
            "Plot.Lines(\"Does it fall?\", [new Series(\"loss\", [0, 1, 2], [3, 2, 1.5])], \"step\", \"loss\")",
            "var bar = new ProgressBar(\"Reading\", 2, \"files\");\nbar.Step();\nbar.Step();\n\"ready\"",
            "var shown = display(\"before\");",
            "shown.Update(\"after\");\nClearOutput();\ndisplay(HTML(\"<b>alone</b>\"));",
            "#!mermaid\ngraph LR; a-->b",
            "(LaTeXString)@\"$x^2$\"",
            "new FormattedValue(\"image/png\", \"iVBORw0KGgo=\") { Metadata = new() { [\"width\"] = 3 } }",
            "new FormattedValue(\"image/svg+xml\", \"<svg xmlns='http://www.w3.org/2000/svg'/>\")",
            "#!markdown\n## A title with $x^2$",
            "new InvalidOperationException(\"shown, not thrown\")",
            "new[] { new { Token = \"a\", Count = 3 } }.DisplayTable();",
            "new Dictionary<string, double> { [\"ä🙂\"] = 0.5 }",
            "new { A = 1, B = new[] { 1, 2 } }.Display(\"application/json\", \"text/html\");",
            "int zero = 0;\n1 / zero",
            "ExpectedResult.Card(\"Sum\").Metric(\"sum\", 15, 14, 16)");
        var notebook = NotebookDocument.Load(InFolder("all.ipynb"));
        notebook.Cells.Single(cell => cell.Source.EndsWith("1 / zero", StringComparison.Ordinal)).Metadata["tags"] = new JsonArray("raises-exception");
        notebook.Save(InFolder("all.ipynb"));

        var (exitCode, text) = await jupyter.ConvertAsync(InFolder("all.ipynb"), InFolder("nbconvert.ipynb"));
        Assert.That(exitCode, Is.Zero, text);
        var report = await new NotebookRunner(() => new JupyterKernelClient(CourseKernel.Launch(folder.FullName, "cpu")))
            .RunAsync(notebook, "all.ipynb");
        Assert.That(report.Status, Is.EqualTo(NotebookStatus.Passed), string.Join('\n', RunSummary.Explain(report)));

        var converted = NotebookDocument.Load(InFolder("nbconvert.ipynb"));
        foreach (var (ours, theirs) in notebook.Cells.Zip(converted.Cells))
        {
            Assert.That(ours.Outputs.Select(output => output.Type), Is.EqualTo(theirs.Outputs.Select(output => output.Type)), ours.Source);
            Assert.That(ours.Outputs.Zip(theirs.Outputs).All(pair => JsonNode.DeepEquals(pair.First.Json, pair.Second.Json)), Is.True, ours.Source);
            Assert.That(ours.ExecutionCount, Is.EqualTo(theirs.ExecutionCount), ours.Source);
        }
        Assert.That(notebook.Cells.Skip(1).Where(cell => cell.Outputs.Count == 0), Is.Empty, "every cell shows something");
        Assert.That(ResultCard.In(converted), Is.EqualTo(report.Cards));
    }

    [Test]
    public async Task An_expected_result_that_is_missed_makes_nbconvert_exit_1()
    {
        Save("missed.ipynb", "#!import setup.csx", "ExpectedResult.Card(\"Digits\").Metric(\"accuracy\", 0.5, 0.97, 1).Assert();");
        var (exitCode, text) = await jupyter.ConvertAsync(InFolder("missed.ipynb"), InFolder("missed.out.ipynb"));
        Assert.That(exitCode, Is.EqualTo(1), text);
        Assert.That(text, Does.Contain("accuracy is 0.5, expected 0.97 to 1"));
    }

    private string InFolder(string name) => Path.Combine(folder.FullName, name);

    private void Save(string name, params string[] cells)
    {
        var document = NotebookDocument.Create();
        foreach (var code in cells)
        {
            document.Add(CellKind.Code, code);
        }
        document.Save(InFolder(name));
    }
}
