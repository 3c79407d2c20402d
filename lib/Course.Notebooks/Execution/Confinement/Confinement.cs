using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Course.Notebooks.Execution.Confinement;

/// <summary>
/// What code of others may touch, on Linux. The process confines itself and then becomes the program that runs the code: what it
/// has given up, that program and all it starts cannot take back (Landlock and seccomp, docs.kernel.org/userspace-api).
/// Everything that is not named is closed, but for what a directory listing of a path that is known anyway would tell.
/// </summary>
public sealed record Confinement
{
    private const int FileSize = 1;
    private const int IgnoredSignal = 1;
    private const int FileTooLarge = 25;
    private const int SetChildSubreaper = 36;
    private const int DropCapability = 24;
    private const int Capabilities = 64;

    /// <summary>Files and folders that may be read.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Programs that may be started, and the loader they need.</summary>
    public IReadOnlyList<string> Executable { get; init; } = [];

    /// <summary>Files and folders that may be read and changed.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>TCP ports that may be listened on, beside those that the system chooses.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>How large a file may grow; <see langword="null"/>: as large as it likes.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>Why nothing can be confined on this machine, in a sentence; <see langword="null"/> when it can.</summary>
    public static string? Obstacle =>
        !OperatingSystem.IsLinux() ? "only Linux can confine a process without the help of an administrator"
        : !SystemCallFilter.IsSupported ? $"processors of the kind {RuntimeInformation.ProcessArchitecture} are not supported"
        : Landlock.Version == 0 ? "this system has no Landlock (Linux 5.13 or newer, with landlock among its security modules)"
        : null;

    /// <summary>Whether TCP ports are confined, too, which takes Linux 6.7 or newer.</summary>
    public static bool CoversNetwork => Obstacle is null && Landlock.Version >= Landlock.NetworkVersion;

    /// <summary>Confines the calling thread and becomes another program. Returns only by an exception.</summary>
    /// <param name="program">The program's absolute path; it should be among <see cref="Executable"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">All of its environment.</param>
    /// <exception cref="PlatformNotSupportedException">Nothing can be confined here: see <see cref="Obstacle"/>.</exception>
    /// <exception cref="IOException">The system refused a step, or the program. Nothing ran.</exception>
    public void Become(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        if (Obstacle is { } obstacle)
        {
            throw new PlatformNotSupportedException($"The process cannot be confined: {obstacle}.");
        }
        if (MaxFileBytes is { } bytes)
        {
            // A write beyond the limit then fails; the signal would end the process.
            _ = NativeMethods.Signal(FileTooLarge, IgnoredSignal);
            var limit = new NativeMethods.Limit((ulong)bytes, (ulong)bytes);
            NativeMethods.Check(NativeMethods.SetLimit(FileSize, in limit), "setrlimit");
        }
        // Orphans of the program become its children again, and end with it.
        NativeMethods.Check(NativeMethods.ProcessControl(SetChildSubreaper, 1, 0, 0, 0), "prctl");
        for (var capability = 0; capability < Capabilities; capability++)
        {
            // An administrator's program gets none of an administrator's rights. Who has none need not give them up.
            _ = NativeMethods.ProcessControl(DropCapability, capability, 0, 0, 0);
        }
        Landlock.Restrict(this);
        SystemCallFilter.Apply();
        string[] variables = [.. environment.Select(pair => $"{pair.Key}={pair.Value}")];
        NativeMethods.Check(NativeMethods.Execute(program, [program, .. arguments], variables), $"execve {program}");
    }

    /// <summary>
    /// The part of this process's environment that code of others needs. Everything else, keys and passwords among it, stays here.
    /// </summary>
    public static Dictionary<string, string> HarmlessEnvironment()
    {
        string[] names = ["PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "JPY_PARENT_PID"];
        string[] beginnings = ["DOTNET_", "COURSE_", "LC_", "OMP_", "MKL_"];
        return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: Convert.ToString(entry.Value, CultureInfo.InvariantCulture) ?? ""))
            .Where(entry => names.Contains(entry.Name) || beginnings.Any(beginning => entry.Name.StartsWith(beginning, StringComparison.Ordinal)))
            .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
    }
}
