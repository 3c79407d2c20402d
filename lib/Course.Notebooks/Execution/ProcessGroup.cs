using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Course.Notebooks.Execution;

/// <summary>
/// Keeps a kernel and everything it starts together. On Unix the kernel makes itself the leader of a session of its own:
/// then Ctrl-C in the terminal reaches only the executor, which decides what happens, and the whole group can be ended even
/// when the kernel itself is already gone and its children belong to nobody.
/// </summary>
internal static class ProcessGroup
{
    private const int SigKill = 9;

    private static bool detached;

    /// <summary>Called by the kernel process for itself, first of all.</summary>
    public static void Detach()
    {
        if (!OperatingSystem.IsWindows())
        {
            detached = SetSid() > 0;
        }
    }

    /// <summary>Ends the calling process and, where it has a group of its own, everything in it. Does not return.</summary>
    public static void KillSelf()
    {
        if (detached)
        {
            _ = Kill(0, SigKill);
        }
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>Ends a process, its descendants and what is left of the group it led.</summary>
    public static void Kill(Process leader)
    {
        try
        {
            leader.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself, or a descendant did while the tree was walked.
        }
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(-leader.Id, SigKill);
        }
    }

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static extern int SetSid();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
