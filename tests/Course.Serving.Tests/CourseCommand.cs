using System.Diagnostics;
using Course.Cli.Running;

namespace Course.Serving.Tests;

/// <summary>Starts the course command as a process of its own.</summary>
internal static class CourseCommand
{
    /// <summary>
    /// The command where it was built: its copy beside the tests shares that folder with other versions of the packages it needs.
    /// </summary>
    private static string Program
    {
        get
        {
            // …/tests/Course.Serving.Tests/bin/Release/net10.0/
            var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var root = output.Parent!.Parent!.Parent!.Parent!.Parent!;
            return Path.Combine(root.FullName, "lib", "Course.Cli", "bin", output.Parent.Name, output.Name, "Course.Cli.dll");
        }
    }

    public static Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo(CourseKernel.DotnetHost)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { Program }.Concat(arguments))
        {
            info.ArgumentList.Add(argument);
        }

        info.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(info)!;
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read anything.
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
    }
}
