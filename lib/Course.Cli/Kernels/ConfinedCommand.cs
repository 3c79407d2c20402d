using System.CommandLine;
using Course.Cli.Running;
using Course.Notebooks.Execution.Confinement;
using Course.Notebooks.Jupyter.Transport;
using Course.Runtime;

namespace Course.Cli.Kernels;

/// <summary>
/// <c>course kernel confined</c>: gives up all that a submission has no business with, and becomes <c>course kernel start</c>.
/// </summary>
internal static class ConfinedCommand
{
    /// <summary>The verb's name.</summary>
    public const string Name = "confined";

    /// <summary>The option for the submission's folder.</summary>
    public const string FolderOption = "--folder";

    /// <summary>The option for what may be read beside it.</summary>
    public const string ReadableOption = "--readable";

    /// <summary>The option for how large a file may grow.</summary>
    public const string FileBytesOption = "--max-file-bytes";

    // Temporary files and the home of programs that want one lie in the submission's folder, and go with it.
    private const string TemporaryFolder = ".temporary";

    private static readonly Option<string> ConnectionFile = new(StartCommand.ConnectionFileOption) { Required = true };
    private static readonly Option<string> Folder = new(FolderOption) { Required = true };
    private static readonly Option<string[]> Readable = new(ReadableOption);
    private static readonly Option<long> FileBytes = new(FileBytesOption) { Required = true };

    // What programs need of the system: libraries, time zones, certificates, names; nothing that belongs to a person.
    private static readonly string[] SystemPaths =
    [
        "/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/nix/store", "/gnu/store", "/proc", "/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm",
        "/dev/zero", "/dev/random", "/dev/urandom", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone",
        "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/hosts",
        "/etc/host.conf", "/etc/resolv.conf", "/etc/os-release", "/etc/dotnet", "/etc/alternatives", "/etc/fonts",
    ];

    private static readonly string[] Loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"];

    /// <summary>The verb, which only the grader calls.</summary>
    public static Command Create()
    {
        var command = new Command(Name, "Confine this process and become a kernel.") { ConnectionFile, Folder, Readable, FileBytes };
        command.Hidden = true;
        command.SetAction(arguments =>
        {
            var file = Path.GetFullPath(arguments.GetRequiredValue(ConnectionFile));
            try
            {
                Become(ConnectionInfo.Read(file), file, Path.GetFullPath(arguments.GetRequiredValue(Folder)),
                    arguments.GetValue(Readable) ?? [], arguments.GetValue(FileBytes));
                return ExitCodes.Success;
            }
            catch (Exception e) when (e is PlatformNotSupportedException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCodes.Failure;
            }
        });
        return command;
    }

    /// <summary>What a confined kernel reads beside the system: .NET, this program, the course's library, setup and data, and the packages.</summary>
    public static IReadOnlyList<string> CoursePaths()
    {
        string[] folders = Repository.Root is { } root ? [Path.Combine(root, "lib"), Path.Combine(root, "environment"), Path.Combine(root, "datasets")] : [];
        return [Path.GetDirectoryName(CourseKernel.DotnetHost)!, AppContext.BaseDirectory, Packages, CourseFolders.Cache, .. folders];
    }

    // Where NuGet keeps packages (learn.microsoft.com/nuget, "Managing the global packages, cache, and temp folders").
    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen ? Path.GetFullPath(chosen)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static void Become(ConnectionInfo connection, string file, string folder, string[] readable, long maxFileBytes)
    {
        var dotnet = CourseKernel.DotnetHost;
        var temporary = Directory.CreateDirectory(Path.Combine(folder, TemporaryFolder)).FullName;
        var confinement = new Confinement
        {
            Readable = [.. SystemPaths, .. CoursePaths(), .. readable, file],
            Executable = [dotnet, .. Loaders],
            Writable = [folder, "/dev/null"],
            Ports = [connection.ShellPort, connection.IopubPort, connection.StdinPort, connection.ControlPort, connection.HbPort],
            MaxFileBytes = maxFileBytes,
        };
        var environment = Confinement.HarmlessEnvironment();
        foreach (var (name, value) in new[]
        {
            ("HOME", temporary), ("TMPDIR", temporary), ("DOTNET_CLI_HOME", temporary), ("NUGET_PACKAGES", Packages), (CourseFolders.CacheVariable, CourseFolders.Cache),
            // No door for debuggers, and no file in memory that the limit on files would concern.
            ("DOTNET_EnableDiagnostics", "0"), ("DOTNET_EnableWriteXorExecute", "0"),
        })
        {
            environment[name] = value;
        }
        confinement.Become(dotnet, [typeof(ConfinedCommand).Assembly.Location, "kernel", StartCommand.Name, StartCommand.ConnectionFileOption, file], environment);
    }
}
