using System.Runtime.InteropServices;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Gives memory that native code has freed back to the system. The C library of Linux keeps it, in pieces that later requests do not
/// fit: the compiler's services and the just-in-time compiler let a session grow by a third of a megabyte with every cell that
/// way, although nothing is lost.
/// </summary>
internal static class NativeHeap
{
    private const int Every = 16;
    private static int calls;

    /// <summary>To be called after each piece of work; does its own, a millisecond or a few, only now and then.</summary>
    public static void TrimNowAndThen()
    {
        if (!OperatingSystem.IsLinux() || Interlocked.Increment(ref calls) % Every != 0)
        {
            return;
        }
        try
        {
            Trim(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library (musl), which has no such habit.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nint keptAtTheTop);
}
