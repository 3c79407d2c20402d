using System.Diagnostics;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Tests.Cli;
using NUnit.Framework;

namespace Course.Notebooks.Tests.Jupyter;

/// <summary>Jupyter's own programs with the installed kernel. Skipped where there is no Jupyter.</summary>
[TestFixture]
public sealed class JupyterTests
{
    private TemporaryFolder folder = null!;
    private string jupyter = null!;

    [OneTimeSetUp]
    public async Task InstallKernelAsync()
    {
        jupyter = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(bin => Path.Combine(bin, "jupyter")).FirstOrDefault(File.Exists)
            ?? throw new IgnoreException("Jupyter is not installed. On Debian: apt-get install jupyter-nbconvert python3-ipykernel");
        folder = new TemporaryFolder();
        foreach (var name in (string[])["course-csharp", ".net-csharp"])
        {
            var installed = await RunAsync(CourseKernel.DotnetHost, [typeof(CourseKernel).Assembly.Location, "kernel", "install", "--as", name]);
            Assert.That(installed.ExitCode, Is.Zero, installed.Error);
        }
    }

    [OneTimeTearDown]
    public void RemoveFolder() => folder?.Dispose();

    [Test]
    public async Task Jupyters_own_client_completes_inspects_asks_interrupts_and_restarts()
    {
        // The interpreter that has Jupyter is the one in the first line of its program.
        var python = (await File.ReadAllLinesAsync(jupyter))[0] is ['#', '!', .. var path] ? path.Trim() : "python3";
        var result = await RunAsync(python, [Path.Combine(AppContext.BaseDirectory, "Jupyter", "client_session.py"), "course-csharp"]);
        TestContext.Out.WriteLine(result.Output);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Output, Does.Contain("all is well"));
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

    private async Task<(int ExitCode, string Text)> ConvertAsync(string name, params string[] cells)
    {
        var document = NotebookDocument.Create();
        foreach (var code in cells)
        {
            document.Add(CellKind.Code, code);
        }
        document.Save(folder.File(name + ".ipynb"));
        var result = await RunAsync(jupyter, ["nbconvert", "--to", "notebook", "--execute", name + ".ipynb", "--output", name + ".out.ipynb"]);
        return (result.ExitCode, result.Output + result.Error);
    }

    private async Task<CommandLine.Result> RunAsync(string program, string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Nothing of this user's is read or written.
        foreach (var variable in (string[])["JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"])
        {
            info.Environment[variable] = folder.File(variable);
        }
        using var process = Process.Start(info)!;
        return await CommandLine.FinishAsync(process);
    }
}
