using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Course.Cli.Running;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter;
using Course.Notebooks.Jupyter.Client;
using Course.Notebooks.Kernels;

namespace Course.Benchmarks;

/// <summary>
/// How long a reader waits: from the start of the kernel's process to the result of <c>1+1</c>, and for each trivial cell after it.
/// The reference is IPython's kernel, where it is installed, in the same run and over the same client.
/// </summary>
internal sealed class KernelBenchmark : IBenchmark
{
    private const double FirstResultLimitSeconds = 2.5;
    private const double CellLimitMilliseconds = 30;
    private const int CellsToSettle = 10;

    public Command CreateCommand()
    {
        var starts = new Option<int>("--starts") { Description = "How many kernels are started.", DefaultValueFactory = _ => 5 };
        var cells = new Option<int>("--cells") { Description = "How many cells each one runs.", DefaultValueFactory = _ => 100 };
        foreach (var option in (Option<int>[])[starts, cells])
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 10_000)
                {
                    result.AddError($"{option.Name} must be from 1 to 10000.");
                }
            });
        }
        var command = new Command("kernel", "The start of a Jupyter kernel and the time of a trivial cell.") { starts, cells };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(starts), parsed.GetValue(cells)));
        return command;
    }

    private static async Task<int> RunAsync(int starts, int cells)
    {
        var folder = Directory.GetCurrentDirectory();
        var course = new Sample("the course's C#", CourseKernel.Launch(folder));
        Sample[] samples = KernelSpecs.Find(JupyterPaths.DataFolders()).FirstOrDefault(spec => spec.Name == "python3") is { } python
            ? [course, new Sample("IPython", KernelLaunch.Of(python, folder))]
            : [course];
        // Taking turns, so that whatever else the machine does meets all of them.
        for (var start = 0; start < starts; start++)
        {
            foreach (var sample in samples)
            {
                await sample.MeasureAsync(cells);
            }
        }
        foreach (var sample in samples)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{sample.Name,-16} first result {sample.FirstSeconds:0.00} s, trivial cell {sample.CellMilliseconds:0.0} ms (medians)"));
        }
        if (samples is [_, var reference])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{"ratio",-16} first result {course.FirstSeconds / reference.FirstSeconds:0.00}, trivial cell {course.CellMilliseconds / reference.CellMilliseconds:0.00}"));
        }
        var isFast = course.FirstSeconds <= FirstResultLimitSeconds && course.CellMilliseconds <= CellLimitMilliseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(isFast ? "Within" : "NOT within")} {FirstResultLimitSeconds} s and {CellLimitMilliseconds} ms."));
        return isFast ? 0 : 1;
    }

    private sealed class Sample(string name, KernelLaunch launch)
    {
        private readonly List<double> first = [];
        private readonly List<double> cell = [];

        public string Name => name;

        public double FirstSeconds => Median(first);

        public double CellMilliseconds => Median(cell);

        public async Task MeasureAsync(int cells)
        {
            var clock = Stopwatch.StartNew();
            await using var kernel = new JupyterKernelClient(launch);
            await kernel.StartAsync();
            await RunAsync(kernel);
            first.Add(clock.Elapsed.TotalSeconds);
            for (var i = 0; i < CellsToSettle + cells; i++)
            {
                clock.Restart();
                await RunAsync(kernel);
                if (i >= CellsToSettle)
                {
                    cell.Add(clock.Elapsed.TotalMilliseconds);
                }
            }
        }

        private static async Task RunAsync(JupyterKernelClient kernel)
        {
            var reply = await kernel.ExecuteAsync("1+1", new Discard());
            if (reply.Result?.Data.GetValueOrDefault("text/plain") != "2")
            {
                throw new InvalidOperationException($"1+1 gave {reply.Result?.Data.GetValueOrDefault("text/plain") ?? reply.Error?.Value}.");
            }
        }

        private static double Median(List<double> values)
        {
            var sorted = values.Order().ToArray();
            return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
        }
    }

    private sealed class Discard : IKernelOutput
    {
        public void Stream(string name, string text)
        {
        }

        public void Display(MimeBundle bundle, string? displayId = null)
        {
        }

        public void UpdateDisplay(MimeBundle bundle, string displayId)
        {
        }

        public void ClearOutput(bool wait)
        {
        }
    }
}
