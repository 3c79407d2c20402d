using System.Runtime.InteropServices;

namespace Course.Runtime;

/// <summary>
/// Lets the process keep the memory that its tensors free. Every training step frees what the next one asks for again. The C
/// library of Linux returns large pieces to the system at once, and each step has to fault them in anew, page by page. On a
/// virtual machine, where that is dear, the training of notebook 10 took 90 s; it takes 23 s where the memory is kept.
/// </summary>
internal static class FreedMemory
{
    /// <summary>As much freed memory stays with the process, in bytes; larger single pieces are still returned.</summary>
    public const int Kept = 1 << 30;

    // From malloc.h of the GNU C library.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>The largest value that every version of the GNU C library takes for <see cref="MapThreshold"/>, on 64 bits.</summary>
    private const int AlwaysAllowed = 32 << 20;

    /// <summary>Whoever sets one of these knows better.</summary>
    private static readonly string[] Wishes = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES"];

    /// <summary>Asks for it, where there is a C library that needs to be asked and nobody has set its own thresholds.</summary>
    /// <returns>Whether freed memory is kept now.</returns>
    public static bool Keep()
    {
        if (!OperatingSystem.IsLinux() || Wishes.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            return false;
        }

        try
        {
            return (SetOption(MapThreshold, Kept) != 0 || SetOption(MapThreshold, AlwaysAllowed) != 0) && SetOption(TrimThreshold, Kept) != 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // another C library
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}
