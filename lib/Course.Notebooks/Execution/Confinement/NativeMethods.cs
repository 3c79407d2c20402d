using System.Runtime.InteropServices;

namespace Course.Notebooks.Execution.Confinement;

/// <summary>Linux's calls for confinement. They have the same numbers on x64 and arm64, where the C library has no name for them.</summary>
internal static class NativeMethods
{
    public const int OpenPathOnly = 0x200000;
    public const int CloseOnExecute = 0x80000;

    private const int CreateRuleset = 444;
    private const int AddRule = 445;
    private const int RestrictSelf = 446;

    /// <summary>Turns the C library's −1 into an exception.</summary>
    /// <exception cref="IOException">The call failed.</exception>
    public static long Check(long result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    public static unsafe long LandlockVersion() => SystemCall(CreateRuleset, 0, 0, 1, 0);

    public static unsafe int LandlockCreate(in RulesetAttributes attributes)
    {
        fixed (RulesetAttributes* pointer = &attributes)
        {
            return (int)Check(SystemCall(CreateRuleset, (nint)pointer, sizeof(RulesetAttributes), 0, 0), "landlock_create_ruleset");
        }
    }

    public static unsafe void LandlockAdd(int ruleset, in PathAttributes attributes)
    {
        fixed (PathAttributes* pointer = &attributes)
        {
            Check(SystemCall(AddRule, ruleset, 1, (nint)pointer, 0), "landlock_add_rule");
        }
    }

    public static unsafe void LandlockAdd(int ruleset, in PortAttributes attributes)
    {
        fixed (PortAttributes* pointer = &attributes)
        {
            Check(SystemCall(AddRule, ruleset, 2, (nint)pointer, 0), "landlock_add_rule");
        }
    }

    public static void LandlockRestrict(int ruleset) => Check(SystemCall(RestrictSelf, ruleset, 0, 0, 0), "landlock_restrict_self");

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern long SystemCall(long number, nint first, nint second, nint third, nint fourth);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "close")]
    public static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static extern int ProcessControl(int option, nint first, nint second, nint third, nint fourth);

    [DllImport("libc", EntryPoint = "signal")]
    public static extern nint Signal(int number, nint handler);

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static extern int SetLimit(int resource, in Limit limit);

    /// <summary>Becomes a program. Returns only when that fails.</summary>
    public static long Execute(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        // Nobody frees these texts: either this program ends here, or its end is near.
        nint[] command = [.. arguments.Select(Marshal.StringToCoTaskMemUTF8), 0];
        nint[] variables = [.. environment.Select(Marshal.StringToCoTaskMemUTF8), 0];
        return Execute(program, command, variables);
    }

    [DllImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static extern int Execute([MarshalAs(UnmanagedType.LPUTF8Str)] string program, nint[] arguments, nint[] environment);

    /// <summary><c>struct rlimit</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Limit(ulong Soft, ulong Hard);

    /// <summary><c>struct landlock_ruleset_attr</c>: what is refused unless a rule allows it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct RulesetAttributes(ulong Files, ulong Network, ulong Scopes);

    /// <summary><c>struct landlock_path_beneath_attr</c>, which is packed.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public readonly record struct PathAttributes(ulong Allowed, int Descriptor);

    /// <summary><c>struct landlock_net_port_attr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct PortAttributes(ulong Allowed, ulong Port);
}
