using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Course.Cli.Running;
using Course.Notebooks.Execution;
using Course.Notebooks.Execution.Comparison;
using Course.Notebooks.Jupyter;
using Spectre.Console;

namespace Course.Cli;

/// <summary><c>course run</c>: executes notebooks and reports.</summary>
internal static partial class RunCommand
{
    private static readonly Argument<string[]> Notebooks = new("notebooks")
    {
        Description = "Notebooks or folders; without any, all notebooks of the course in order.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The folder for executed copies (artifacts/notebooks in the course's folder).",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Write = new("--write")
    {
        Description = "Also replace each notebook that passes by its executed form.",
    };

    private static readonly Option<string> JsonFile = new("--json")
    {
        Description = "Write a report with the result of every cell.",
        HelpName = "FILE",
    };

    private static readonly Option<double> CellTimeout = new("--timeout")
    {
        Description = "How long one cell may run; 0 is without limit. metadata.execution.timeout of a cell or notebook wins.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => new RunOptions().CellTimeout!.Value.TotalSeconds,
    };

    private static readonly Option<double> TotalTimeout = new("--total-timeout")
    {
        Description = "How long one notebook may run; 0 is without limit.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => new RunOptions().TotalTimeout!.Value.TotalSeconds,
    };

    private static readonly Option<string> Device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N; otherwise the environment variable COURSE_DEVICE decides.",
        HelpName = "DEVICE",
    };

    private static readonly Option<string[]> Parameters = new("--parameter")
    {
        Description = "-p NAME VALUE: set a variable below the cell tagged 'parameters'; may be given several times.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<bool> Compare = new("--compare")
    {
        Description = "Fail where outputs differ from the stored ones; tags compare-skip and compare-tolerance=1e-2 say how.",
    };

    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        Description = "With --compare: how far measured numbers may differ, relative to the larger one.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => new NumericTolerance().Relative,
    };

    private static readonly Option<string> KernelName = new("--kernel")
    {
        Description = "Run on this installed Jupyter kernel instead of the course's own.",
        HelpName = "NAME",
    };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        CellTimeout.Validators.Add(Seconds);
        TotalTimeout.Validators.Add(Seconds);
        Parameters.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !token.Value.Contains('=', StringComparison.Ordinal)) is { } token)
            {
                result.AddError($"-p takes a name and a value: -p {token.Value} VALUE.");
            }
        });
        Tolerance.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && NumericTolerance.Parse(token.Value) is null)
            {
                result.AddError($"--tolerance takes a number from 0 on, for example 1e-3, not '{token.Value}'.");
            }
        });
        Device.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !DeviceName().IsMatch(token.Value))
            {
                result.AddError($"'{token.Value}' is no device. Use auto, cpu, cuda or cuda:N.");
            }
        });
        var command = new Command("run", "Execute notebooks, each in a process of its own.")
        {
            Notebooks, Output, Write, JsonFile, CellTimeout, TotalTimeout, Device, Parameters, Compare, Tolerance, KernelName,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<NotebookJob> jobs;
        try
        {
            jobs = NotebookSelection.Select(arguments.GetValue(Notebooks) ?? [],
                Path.GetFullPath(arguments.GetValue(Output) ?? Repository.ExecutedNotebooks), arguments.GetValue(Write));
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadArguments;
        }
        // Better now than after an hour of running notebooks.
        if (arguments.GetValue(JsonFile) is { } json && Directory.Exists(json))
        {
            await Console.Error.WriteLineAsync($"--json takes a file; '{json}' is a folder.");
            return ExitCodes.BadArguments;
        }
        if (arguments.GetValue(Output) is { } output && File.Exists(output))
        {
            await Console.Error.WriteLineAsync($"--output takes a folder; '{output}' is a file.");
            return ExitCodes.BadArguments;
        }
        if (arguments.GetValue(Write) && arguments.GetValue(Parameters) is { Length: > 0 })
        {
            await Console.Error.WriteLineAsync("--write would leave the parameters in the notebook. Take the executed copy instead.");
            return ExitCodes.BadArguments;
        }
        KernelSpec? kernel;
        try
        {
            kernel = arguments.GetValue(KernelName) is { } name ? KernelSpecs.Get(name, JupyterPaths.DataFolders()) : null;
        }
        catch (KernelSpecException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadArguments;
        }
        var options = new RunOptions
        {
            Parameters = [.. (arguments.GetValue(Parameters) ?? []).Select(ParameterArguments.Parse)],
            Compare = arguments.GetValue(Compare) ? new NumericTolerance(arguments.GetValue(Tolerance)) : null,
            CellTimeout = Limit(arguments.GetValue(CellTimeout)),
            TotalTimeout = Limit(arguments.GetValue(TotalTimeout)),
        };
        var device = arguments.GetValue(Device) ?? Environment.GetEnvironmentVariable(CourseKernel.DeviceVariable);
        try
        {
            var report = await RunAllAsync(jobs, options, device, kernel, cancellationToken);
            if (arguments.GetValue(JsonFile) is { } file)
            {
                report.Save(file);
            }
            return cancellationToken.IsCancellationRequested ? ExitCodes.Cancelled
                : report.Passed ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The result cannot be written: {e.Message}");
            return ExitCodes.Failure;
        }
    }

    private static async Task<RunReport> RunAllAsync(
        IReadOnlyList<NotebookJob> jobs, RunOptions options, string? device, KernelSpec? kernel, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var reports = new List<NotebookReport>();
        await RunDisplay.ShowAsync(AnsiConsole.Console, jobs.Count, async display =>
        {
            foreach (var job in jobs)
            {
                reports.Add(await job.RunAsync(folder => CourseKernel.Launch(folder, device, kernel), options, display, cancellationToken));
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }
        });
        var report = new RunReport(started, Math.Round(clock.Elapsed.TotalSeconds, 3), device, reports);
        RunSummary.Print(AnsiConsole.Console, report, jobs);
        return report;
    }

    private static TimeSpan? Limit(double seconds) => seconds == 0 ? null : TimeSpan.FromSeconds(seconds);

    private static void Seconds(OptionResult result)
    {
        // Validators run also where the value is no number, which then only this message may mention.
        if (result.Tokens is [var token] && !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture,
            out var seconds) && seconds is >= 0 and <= 1_000_000))
        {
            result.AddError($"{result.Option.Name} takes seconds from 0 (no limit) to 1000000, not '{token.Value}'.");
        }
    }

    [GeneratedRegex(@"\A(auto|cpu|cuda(:\d{1,3})?)\z", RegexOptions.IgnoreCase)]
    private static partial Regex DeviceName();
}
