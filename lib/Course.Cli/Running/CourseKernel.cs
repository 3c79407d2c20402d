using System.Globalization;
using System.Runtime.InteropServices;
using Course.Cli.Kernels;
using Course.Notebooks.Execution;
using Course.Notebooks.Jupyter;

namespace Course.Cli.Running;

/// <summary>How the course starts a kernel process: this program once more, with the verb <c>kernel start</c>.</summary>
public static class CourseKernel
{
    /// <summary>The environment variable the library takes its device from (<c>Course.Runtime.Devices</c>).</summary>
    public const string DeviceVariable = Runtime.Devices.Variable;

    /// <summary>The start of a kernel for notebooks in a folder: the course's own, or an installed one.</summary>
    /// <param name="folder">The notebooks' folder, which becomes the working directory.</param>
    /// <param name="device">The device for the library, or <see langword="null"/> to leave the choice to it.</param>
    /// <param name="installed">A Jupyter kernel to take instead of the course's own.</param>
    public static KernelLaunch Launch(string folder, string? device = null, KernelSpec? installed = null)
    {
        var environment = new Dictionary<string, string>();
        if (device is not null)
        {
            environment[DeviceVariable] = device;
        }
        if (installed is not null)
        {
            var launch = KernelLaunch.Of(installed, folder);
            return launch with { Environment = launch.Environment.Concat(environment).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value) };
        }
        string[] arguments = [typeof(CourseKernel).Assembly.Location, "kernel", StartCommand.Name, StartCommand.ConnectionFileOption, KernelLaunch.ConnectionFile];
        return new KernelLaunch(DotnetHost, arguments, folder) { Environment = environment };
    }

    /// <summary>The start of the course's kernel for code of others: confined to a folder (<see cref="Notebooks.Execution.Confinement.Confinement"/>).</summary>
    /// <param name="folder">The one folder it may write in, which becomes the working directory.</param>
    /// <param name="readable">Files and folders it may read beside the system, .NET, the packages, and the course's library and data.</param>
    /// <param name="maxFileBytes">How large a file of it may grow.</param>
    public static KernelLaunch LaunchConfined(string folder, IEnumerable<string> readable, long maxFileBytes)
    {
        ArgumentNullException.ThrowIfNull(readable);
        string[] arguments =
        [
            typeof(CourseKernel).Assembly.Location, "kernel", ConfinedCommand.Name, StartCommand.ConnectionFileOption, KernelLaunch.ConnectionFile,
            ConfinedCommand.FolderOption, Path.GetFullPath(folder), ConfinedCommand.FileBytesOption, maxFileBytes.ToString(CultureInfo.InvariantCulture),
            .. readable.SelectMany(path => new[] { ConfinedCommand.ReadableOption, Path.GetFullPath(path) }),
        ];
        return Launch(folder, "cpu") with { Arguments = arguments };
    }

    /// <summary>
    /// The <c>dotnet</c> program this process runs on. The tests load this class into a test host, so the process's own
    /// path does not tell; the runtime's folder, <c>…/shared/Microsoft.NETCore.App/10.0.x</c>, does.
    /// </summary>
    public static string DotnetHost
    {
        get
        {
            var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
            return File.Exists(beside) ? beside : name;
        }
    }
}
