using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace Course.Tests.Training;

/// <summary>A disk of a few kilobytes, mounted on a folder: it really becomes full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts a disk, or skips the test where this account may not.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="bytes">How much fits on it.</param>
    public static SmallDisk Mount(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !TryRun("mount", "-t", "tmpfs", "-o", Size(bytes), "tmpfs", folder))
        {
            Assert.Ignore("A disk that becomes full takes Linux and the right to mount one (root).");
        }

        return new SmallDisk(folder);
    }

    /// <summary>Makes room.</summary>
    /// <param name="bytes">How much fits on it from now on.</param>
    public void Grow(long bytes) => Assert.That(TryRun("mount", "-o", $"remount,{Size(bytes)}", Folder), Is.True);

    public void Dispose() => TryRun("umount", Folder);

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"size={bytes}");

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
