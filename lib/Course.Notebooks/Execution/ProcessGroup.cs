using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Course.Notebooks.Execution;

/// <summary>
/// Keeps a kernel and everything it starts together. On Unix the kernel is the leader of a session of its own: then Ctrl-C in
/// the terminal reaches only the executor, which decides what happens, and the whole group can be ended even when the kernel
/// itself is already gone and its children belong to nobody.
/// </summary>
internal static class ProcessGroup
{
    private const int SigInt = 2;
    private const int SigKill = 9;

    private static bool detached;

    /// <summary>Called by the kernel process for itself, first of all.</summary>
    public static void Detach()
    {
        if (!OperatingSystem.IsWindows())
        {
            // Whoever started this process may have made it a leader already; then it cannot become one again.
            detached = SetSid() > 0 || GetGroup() == Environment.ProcessId;
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

    /// <summary>
    /// Sends SIGINT to a process and to the group it leads, as Jupyter does. Windows has no such signal, and nothing happens.
    /// </summary>
    public static void Interrupt(Process leader)
    {
        if (!OperatingSystem.IsWindows() && !leader.HasExited && Kill(-leader.Id, SigInt) != 0)
        {
            _ = Kill(leader.Id, SigInt);
        }
    }

    /// <summary>
    /// Makes a program that knows nothing of groups start as a leader, with util-linux's <c>setsid</c>, which becomes that
    /// program. Where there is none (macOS, Windows), the program starts as it is, and only its descendants end with it.
    /// </summary>
    public static void StartAsLeader(ProcessStartInfo info)
    {
        // A program that is not there is left to Process.Start, which says so better than setsid does.
        if (OperatingSystem.IsLinux() && Find("setsid") is { } setsid && Find(info.FileName) is not null)
        {
            info.ArgumentList.Insert(0, info.FileName);
            info.FileName = setsid;
        }
    }

    private static string? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static extern int SetSid();

    [DllImport("libc", EntryPoint = "getpgrp")]
    private static extern int GetGroup();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
