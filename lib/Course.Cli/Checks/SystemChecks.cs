using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Course.Cli.Running;

namespace Course.Cli.Checks;

/// <summary>.NET, the operating system and the machine.</summary>
internal static partial class SystemChecks
{
    private const double SmallMemory = 4e9;
    private const double SmallDisk = 1e9;

    public static async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        [await SdkAsync(cancellationToken), OperatingSystemName(), .. CLibraries.Look(), Cores(), Memory(), Disk()];

    /// <summary>Judges the output of <c>dotnet --list-sdks</c>: the course builds with SDK 10.</summary>
    public static Finding JudgeSdks(string list)
    {
        var versions = SdkLine().Matches(list).Select(match => match.Groups[1].Value).ToArray();
        var runtime = RuntimeInformation.FrameworkDescription;
        if (versions.LastOrDefault(version => version.StartsWith("10.", StringComparison.Ordinal)) is { } found)
        {
            return new Finding(".NET", $"SDK {found}, runtime {runtime}");
        }
        var others = versions.Length == 0 ? "no SDK" : $"only SDK {string.Join(", ", versions)}";
        return new Finding(".NET", $"{others}, runtime {runtime}", Severity.Problem,
            "Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0");
    }

    private static async Task<Finding> SdkAsync(CancellationToken cancellationToken)
    {
        try
        {
            var info = new ProcessStartInfo(CourseKernel.DotnetHost, "--list-sdks") { RedirectStandardOutput = true };
            using var process = Process.Start(info)!;
            return JudgeSdks(await process.StandardOutput.ReadToEndAsync(cancellationToken));
        }
        catch (Win32Exception e)
        {
            return new Finding(".NET", $"dotnet cannot be started: {e.Message}", Severity.Problem,
                "Put the folder of dotnet on the PATH.");
        }
    }

    private static Finding OperatingSystemName()
    {
        const string releaseFile = "/etc/os-release";
        var name = File.Exists(releaseFile) && PrettyName().Match(File.ReadAllText(releaseFile)) is { Success: true } match
            ? match.Groups[1].Value
            : RuntimeInformation.OSDescription;
        return new Finding("System", $"{name}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}");
    }

    private static Finding Cores()
    {
        var cores = Environment.ProcessorCount;
        return cores >= 2
            ? new Finding("Cores", cores.ToString(CultureInfo.InvariantCulture))
            : new Finding("Cores", "1", Severity.Hint, "The notebooks are timed on 2 cores; expect them to take about twice as long.");
    }

    private static Finding Memory()
    {
        // What this process may use: a container's limit counts, not the machine's size.
        var bytes = (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes >= SmallMemory
            ? new Finding("Memory", Gigabytes(bytes))
            : new Finding("Memory", Gigabytes(bytes), Severity.Hint,
                "The training notebooks want 4 GB; close other programs or raise the container's limit.");
    }

    private static Finding Disk()
    {
        var folder = Path.GetFullPath(Repository.Root ?? Directory.GetCurrentDirectory());
        var free = (double)new DriveInfo(folder).AvailableFreeSpace;
        return free >= SmallDisk
            ? new Finding("Free disk", Gigabytes(free))
            : new Finding("Free disk", Gigabytes(free), Severity.Hint,
                $"Checkpoints and executed notebooks need about 1 GB below {folder}.");
    }

    private static string Gigabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");

    [GeneratedRegex(@"^(\d+\.\d+\.\d+\S*)", RegexOptions.Multiline)]
    private static partial Regex SdkLine();

    [GeneratedRegex("^PRETTY_NAME=\"?([^\"\n]+)", RegexOptions.Multiline)]
    private static partial Regex PrettyName();
}
