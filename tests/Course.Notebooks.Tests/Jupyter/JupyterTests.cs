using Course.Notebooks.Documents;
using Course.Testing;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>Jupyter's own programs with the installed kernel. Skipped where there is no Jupyter.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class JupyterTests
{
    private JupyterPrograms jupyter = null!;
    private TemporaryFolder folder = null!;

    [OneTimeSetUp]
    public async Task InstallKernelAsync()
    {
        jupyter = await JupyterPrograms.FindAsync("course-csharp", ".net-csharp") ?? throw new IgnoreException(JupyterPrograms.Missing);
        folder = new TemporaryFolder();
    }

    [OneTimeTearDown]
    public void RemoveFolder()
    {
        folder?.Dispose();
        jupyter?.Dispose();
    }

    [Test]
    public async Task Jupyters_own_client_completes_inspects_asks_interrupts_and_restarts()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Jupyter", "client_session.py");
        var (exitCode, text) = await jupyter.RunAsync(jupyter.Python, [script, "course-csharp"], folder.Path);
        TestContext.Out.WriteLine(text);
        Assert.That(exitCode, Is.Zero, text);
        Assert.That(text, Does.Contain("all is well"));
    }

    [Test]
    public async Task Nbconvert_executes_a_notebook()
    {
        var (exitCode, text) = await ConvertAsync("good", "var x = 20;", "Console.WriteLine(\"streamed\");\nx + 1");
        Assert.That(exitCode, Is.Zero, text);
        var outputs = NotebookDocument.Load(folder.File("good.out.ipynb")).Cells[1].Outputs;
        Assert.That(outputs[0].Text, Is.EqualTo("streamed\n"));
        Assert.That(outputs[1].Bundle!.Data["text/plain"], Is.EqualTo("21"));
    }

    [TestCase("throw", "throw new Exception(\"on purpose\");", "on purpose")]
    [TestCase("compile", "int x = \"text\";", "CS0029")]
    [TestCase("input", "Console.ReadLine()", "without anyone to answer")]
    [TestCase("exit", "Environment.Exit(0);", "died")]
    public async Task Nbconvert_fails_when_a_cell_does(string name, string code, string reason)
    {
        var (exitCode, text) = await ConvertAsync(name, code);
        Assert.That(exitCode, Is.EqualTo(1), text);
        Assert.That(text, Does.Contain(reason).IgnoreCase);
    }

    private Task<(int ExitCode, string Text)> ConvertAsync(string name, params string[] cells)
    {
        var document = NotebookDocument.Create();
        foreach (var code in cells)
        {
            document.Add(CellKind.Code, code);
        }
        document.Save(folder.File(name + ".ipynb"));
        return jupyter.ConvertAsync(folder.File(name + ".ipynb"), folder.File(name + ".out.ipynb"));
    }
}
