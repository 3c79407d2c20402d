using System.Diagnostics;
using System.Globalization;
using Course.Cli.Kernels;
using Course.Cli.Running;
using Course.Notebooks.Documents;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Client;

namespace Course.Cli.Checks;

/// <summary>The notebook engine, the notebooks, and the Jupyter kernels of this user.</summary>
internal static class NotebookChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        [await EngineAsync(cancellationToken), Notebooks(), Kernels()];

    // The real thing: a kernel process runs a cell.
    private static async Task<Finding> EngineAsync(CancellationToken cancellationToken)
    {
        var document = NotebookDocument.Create();
        document.Add(CellKind.Code, "Enumerable.Range(1, 6).Sum()");
        var clock = Stopwatch.StartNew();
        var options = new RunOptions { CellTimeout = TimeSpan.FromSeconds(60) };
        var launch = CourseKernel.Launch(Directory.GetCurrentDirectory());
        var report = await new NotebookRunner(() => new JupyterKernelClient(launch), options).RunAsync(document, "doctor", cancellationToken);
        var shown = document.Cells[0].Outputs.LastOrDefault()?.Bundle?.Data.GetValueOrDefault(MimeTypes.PlainText);
        return report.Passed && shown == "21"
            ? new Finding("Notebook engine", string.Create(CultureInfo.InvariantCulture, $"a C# cell ran in {clock.Elapsed.TotalSeconds:0.0} s"))
            : new Finding("Notebook engine", "a C# cell does not run", Severity.Problem,
                string.Join('\n', RunSummary.Explain(report).DefaultIfEmpty($"It showed '{shown}' instead of 21; build again: dotnet build Course.sln -c Release")));
    }

    private static Finding Notebooks()
    {
        var notebooks = NotebookSelection.OfCourse();
        return notebooks.Count > 0
            ? new Finding("Notebooks", $"{notebooks.Count} in {Path.GetDirectoryName(notebooks[0])}")
            : new Finding("Notebooks", "none found", Severity.Hint, "Call the command in the folder of the course, where Course.sln is.");
    }

    private static Finding Kernels()
    {
        var specs = KernelSpecs.Find(JupyterPaths.DataFolders());
        var own = specs.Where(spec => CourseKernelSpec.Installer.IsOwn(spec.Folder)).ToArray();
        var found = specs.Count > 0 ? string.Join(", ", specs.Select(spec => $"{spec.Name} ({spec.DisplayName})")) : "none; course run needs none";
        return own.FirstOrDefault(spec => ListCommand.MissingPaths(spec).Count > 0) is { } broken
            ? new Finding("Jupyter kernels", $"{broken.Name} cannot be started: {ListCommand.MissingPaths(broken)[0]} is gone", Severity.Hint,
                $"Install it again: course kernel install --as {broken.Name}")
            : new Finding("Jupyter kernels", own.Length > 0 ? found : $"{found}. For VS Code and Jupyter: course kernel install");
    }
}
