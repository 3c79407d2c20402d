using System.Runtime.InteropServices;

namespace Course.Notebooks.Execution.Confinement;

/// <summary>
/// Linux's seccomp, for what Landlock leaves open: sockets of every kind but TCP (through a Unix socket one asks other programs,
/// containers' and sessions' managers among them, to do what oneself may not), and calls that go around both.
/// </summary>
internal static class SystemCallFilter
{
    private const uint Refuse = 0x00050000 | NotPermitted;
    private const uint Allow = 0x7fff0000;
    private const uint End = 0x80000000;
    private const uint NotPermitted = 1;

    // Where the kernel puts what is asked, in struct seccomp_data.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint Family = 16;
    private const uint Kind = 24;
    private const uint Protocol = 32;

    private const ushort Load = 0x20;
    private const ushort And = 0x54;
    private const ushort JumpEqual = 0x15;
    private const ushort JumpAtLeast = 0x35;
    private const ushort Return = 0x06;

    private const uint InputOutputRing = 425;

    /// <summary>Whether the filter knows this processor's calls.</summary>
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.X64
        or System.Runtime.InteropServices.Architecture.Arm64;

    /// <summary>Puts the filter on the calling thread, for good. Needs <c>no_new_privs</c>.</summary>
    public static unsafe void Apply()
    {
        const int setSeccomp = 22;
        const int filterMode = 2;
        var isX64 = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;
        var program = Program(isX64 ? 0xc000003e : 0xc00000b7, isX64 ? 41u : 198u);
        fixed (Instruction* instructions = program)
        {
            var description = new Description((ushort)program.Length, (nint)instructions);
            NativeMethods.Check(NativeMethods.ProcessControl(setSeccomp, filterMode, (nint)(&description), 0, 0), "prctl(PR_SET_SECCOMP)");
        }
    }

    private static Instruction[] Program(uint architecture, uint socket)
    {
        const uint secondInterface = 0x40000000;
        const uint interNetwork = 2;
        const uint interNetwork6 = 10;
        const uint netlink = 16;
        const uint streamKind = 1;
        const uint kindMask = 0xf;
        const uint tcp = 6;
        // Jumps count the instructions that are passed over.
        return
        [
            new(Load, 0, 0, Architecture),
            new(JumpEqual, 1, 0, architecture),
            new(Return, 0, 0, End),
            new(Load, 0, 0, Number),
            new(JumpAtLeast, 12, 0, secondInterface),
            new(JumpEqual, 11, 0, InputOutputRing),
            new(JumpEqual, 0, 11, socket),
            new(Load, 0, 0, Family),
            new(JumpEqual, 9, 0, netlink),
            new(JumpEqual, 1, 0, interNetwork),
            new(JumpEqual, 0, 6, interNetwork6),
            new(Load, 0, 0, Kind),
            new(And, 0, 0, kindMask),
            new(JumpEqual, 0, 3, streamKind),
            new(Load, 0, 0, Protocol),
            new(JumpEqual, 2, 0, 0),
            new(JumpEqual, 1, 0, tcp),
            new(Return, 0, 0, Refuse),
            new(Return, 0, 0, Allow),
        ];
    }

    /// <summary><c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    /// <summary><c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Description(ushort Length, nint Instructions);
}
