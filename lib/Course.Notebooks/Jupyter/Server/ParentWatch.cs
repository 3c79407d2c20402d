using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Course.Notebooks.Jupyter.Server;

/// <summary>
/// Notices that the program which started the kernel is gone, so that no kernel is left behind by a crash. Jupyter's launcher says
/// who it is in the environment variable <c>JPY_PARENT_PID</c>: a process number on Unix, an inherited handle on Windows.
/// </summary>
internal static class ParentWatch
{
    private const string Variable = "JPY_PARENT_PID";
    private const int NoSuchProcess = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Calls back once the parent is gone; does nothing where no parent was named.</summary>
    public static void Start(Action gone)
    {
        if (!long.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            || parent <= 1)
        {
            return;
        }
        Action wait = OperatingSystem.IsWindows() ? () => WaitForHandle((nint)parent) : () => Poll((int)parent);
        new Thread(() =>
        {
            wait();
            gone();
        })
        { IsBackground = true, Name = "parent watch" }.Start();
    }

    private static void Poll(int parent)
    {
        // A parent that ends leaves its children to another process. Where a wrapper stands between, it is asked for by number.
        var isChild = GetParent() == parent;
        while (isChild ? GetParent() == parent : Exists(parent))
        {
            Thread.Sleep(Interval);
        }
    }

    private static bool Exists(int process) => Kill(process, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;

    private static void WaitForHandle(nint parent)
    {
        using var process = new ManualResetEvent(false) { SafeWaitHandle = new SafeWaitHandle(parent, ownsHandle: false) };
        process.WaitOne();
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int GetParent();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
