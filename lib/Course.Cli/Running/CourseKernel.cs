using System.Runtime.InteropServices;
using Course.Notebooks.Execution;

namespace Course.Cli.Running;

/// <summary>How the course starts a kernel process: this program once more, with the hidden verb <c>kernel worker</c>.</summary>
public static class CourseKernel
{
    /// <summary>The environment variable the library takes its device from (<c>Course.Runtime.Devices</c>).</summary>
    public const string DeviceVariable = Runtime.Devices.Variable;

    /// <summary>The start of a kernel for notebooks in a folder.</summary>
    /// <param name="folder">The notebooks' folder, which becomes the working directory.</param>
    /// <param name="device">The device for the library, or <see langword="null"/> to leave the choice to it.</param>
    public static KernelLaunch Launch(string folder, string? device = null)
    {
        var environment = new Dictionary<string, string>();
        if (device is not null)
        {
            environment[DeviceVariable] = device;
        }
        return new KernelLaunch(DotnetHost, [typeof(CourseKernel).Assembly.Location, "kernel", "worker"], folder)
        {
            Environment = environment,
        };
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
