using System.Diagnostics;
using Course.Cli.Running;

namespace Course.Notebooks.Tests.Cli;

/// <summary>Starts the course command as a process of its own and collects what it says.</summary>
internal static class CommandLine
{
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>The command's program.</summary>
    public static string Program => typeof(CourseKernel).Assembly.Location;

    /// <summary>
    /// A test run that was started in the background has SIGINT ignored, and the programs it starts inherit that, unless they are
    /// started by <c>env --default-signal=INT</c>.
    /// </summary>
    public static bool IsInterruptIgnored { get; } =
        OperatingSystem.IsLinux() && IgnoresInterrupt(File.ReadAllText("/proc/self/status"));

    public static Process Start(string folder, params string[] arguments) => Start(folder, new Dictionary<string, string>(), arguments);

    public static Process Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var info = new ProcessStartInfo(IsInterruptIgnored ? "env" : CourseKernel.DotnetHost)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (IsInterruptIgnored)
        {
            info.ArgumentList.Add("--default-signal=INT");
            info.ArgumentList.Add(CourseKernel.DotnetHost);
        }

        info.ArgumentList.Add(Program);
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }
        return Process.Start(info)!;
    }

    public static async Task<Result> RunAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return await FinishAsync(process);
    }

    public static async Task<Result> FinishAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The command hangs. It said:\n{await output}\n{await error}");
        }
        return new Result(process.ExitCode, await output, await error);
    }

    // "SigIgn:" is followed by a mask in hexadecimal; signal 2 is its second bit.
    private static bool IgnoresInterrupt(string status) => status.Split('\n')
        .Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
        .Any(line => (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 2) != 0);
}
