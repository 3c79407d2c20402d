using System.Globalization;

namespace Course.Notebooks.Execution.Confinement;

/// <summary>
/// Linux's Landlock: a thread gives up rights to files, TCP ports and signals, for itself and all that comes of it. Newer kernels
/// know more rights; what this one does not know stays as it was.
/// </summary>
internal static class Landlock
{
    /// <summary>The version that added TCP ports.</summary>
    public const int NetworkVersion = 4;

    /// <summary>The version that added signals to processes outside, and sockets without a file.</summary>
    public const int SignalVersion = 6;

    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong MakeDevices = (1 << 6) | (1 << 11);
    private const ulong Truncate = 1 << 14;
    private const ulong DeviceControl = 1 << 15;

    private const ulong Listen = 1 << 0;
    private const ulong Connect = 1 << 1;

    // Sockets without a file, and signals, to processes outside.
    private const ulong AbstractSocketsAndSignals = 3;

    // Rights that mean something for a file; the others are those of folders.
    private const ulong OfFiles = Execute | WriteFile | ReadFile | Truncate | DeviceControl;

    /// <summary>The version of the system's Landlock; 0 when there is none.</summary>
    public static int Version { get; } = OperatingSystem.IsLinux() ? (int)Math.Max(0, NativeMethods.LandlockVersion()) : 0;

    /// <summary>Every right to files that this version can take away.</summary>
    private static ulong AllFiles => Version switch
    {
        1 => (1 << 13) - 1,
        2 => (1 << 14) - 1,
        3 or 4 => (1 << 15) - 1,
        _ => (1 << 16) - 1,
    };

    /// <summary>Takes everything from the calling thread that is not allowed.</summary>
    public static void Restrict(Confinement allowed)
    {
        var files = AllFiles;
        var attributes = new NativeMethods.RulesetAttributes(files, Version >= NetworkVersion ? Listen | Connect : 0, Version >= SignalVersion ? AbstractSocketsAndSignals : 0);
        var ruleset = NativeMethods.LandlockCreate(attributes);
        try
        {
            Allow(ruleset, allowed.Readable, ReadFile | ReadFolder);
            Allow(ruleset, allowed.Executable, (ReadFile | Execute) & OfFiles);
            Allow(ruleset, allowed.Writable, files & ~(Execute | MakeDevices));
            if (Version >= NetworkVersion)
            {
                AllowPorts(ruleset, allowed.Ports);
            }
            NoNewRights();
            NativeMethods.LandlockRestrict(ruleset);
        }
        finally
        {
            _ = NativeMethods.Close(ruleset);
        }
    }

    /// <summary>Programs with rights of their own (sudo) get none any more: the condition for everything else.</summary>
    private static void NoNewRights()
    {
        const int setNoNewPrivileges = 38;
        NativeMethods.Check(NativeMethods.ProcessControl(setNoNewPrivileges, 1, 0, 0, 0), "prctl");
    }

    private static void Allow(int ruleset, IEnumerable<string> paths, ulong rights)
    {
        foreach (var path in paths)
        {
            var descriptor = NativeMethods.Open(path, NativeMethods.OpenPathOnly | NativeMethods.CloseOnExecute);
            if (descriptor < 0)
            {
                // What is not there needs no rule.
                continue;
            }
            try
            {
                var fitting = rights & AllFiles & (Directory.Exists(path) ? ulong.MaxValue : OfFiles);
                NativeMethods.LandlockAdd(ruleset, new NativeMethods.PathAttributes(fitting, descriptor));
            }
            finally
            {
                _ = NativeMethods.Close(descriptor);
            }
        }
    }

    // The messaging library talks to itself over ports that the system chooses (0 asks for one): those stay open, and with them
    // servers that listen on such a port. The ports of the web, of mail, of databases are below them.
    private static void AllowPorts(int ruleset, IEnumerable<int> ports)
    {
        foreach (var port in ports.Append(0))
        {
            NativeMethods.LandlockAdd(ruleset, new NativeMethods.PortAttributes(Listen, (ulong)port));
        }
        var (first, last) = ChosenPorts();
        for (var port = first; port <= last; port++)
        {
            NativeMethods.LandlockAdd(ruleset, new NativeMethods.PortAttributes(Connect, (ulong)port));
        }
    }

    private static (int First, int Last) ChosenPorts()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[1], CultureInfo.InvariantCulture));
    }
}
