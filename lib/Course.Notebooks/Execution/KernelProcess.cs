using System.Diagnostics;
using System.Globalization;
using Course.Notebooks.Jupyter.Transport;

namespace Course.Notebooks.Execution;

/// <summary>
/// A process that is a kernel, with its connection file in a folder that only this user can open. Standard output and error
/// are not used for messages, because native libraries and the runtime's last words go there; they are kept for the report of
/// a crash.
/// </summary>
internal sealed class KernelProcess : IDisposable
{
    /// <summary>Under this name Jupyter's kernels, the course's among them, learn whose end is theirs, too.</summary>
    private const string ParentVariable = "JPY_PARENT_PID";

    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo folder;
    private readonly Process process;
    private readonly ProcessText text = new();
    private readonly Task textRead;

    /// <summary>Starts a process.</summary>
    /// <exception cref="KernelDiedException">The program cannot be started.</exception>
    public KernelProcess(KernelLaunch launch)
    {
        // Readable for its owner only, as the connection file in it: the key is all that keeps others from running code here.
        folder = Directory.CreateTempSubdirectory("course-kernel-");
        try
        {
            var file = Path.Combine(folder.FullName, "connection.json");
            Connection = ConnectionInfo.CreateLocal();
            Connection.Write(file);
            var info = launch.ToStartInfo(file);
            if (!OperatingSystem.IsWindows())
            {
                info.Environment[ParentVariable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            }
            ProcessGroup.StartAsLeader(info);
            process = Process.Start(info)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            DeleteFolder();
            throw new KernelDiedException(new KernelExit(null, "", $"The kernel process '{launch.FileName}' cannot be started: {e.Message}"));
        }
        process.StandardInput.Close();
        textRead = Task.WhenAll(text.ReadAsync(process.StandardOutput), text.ReadAsync(process.StandardError));
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Where the kernel listens.</summary>
    public ConnectionInfo Connection { get; }

    /// <summary>The process's identifier.</summary>
    public int Id => process.Id;

    /// <summary>Completes when the process has ended.</summary>
    public Task Exited { get; }

    /// <summary>Sends SIGINT to the process and to those it started, where there is such a signal.</summary>
    public void Interrupt() => ProcessGroup.Interrupt(process);

    /// <summary>Ends the process and all it started, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        ProcessGroup.Kill(process);
        await HasExitedAsync(ExitTimeout).ConfigureAwait(false);
    }

    /// <summary>Whether the process ends by itself within a time.</summary>
    public async Task<bool> HasExitedAsync(TimeSpan patience)
    {
        await Task.WhenAny(Exited, Task.Delay(patience)).ConfigureAwait(false);
        return Exited.IsCompleted;
    }

    /// <summary>How the process ended; a process that does not end is killed.</summary>
    /// <param name="problem">What the executor noticed, where that says more than the exit code.</param>
    public async Task<KernelExit> ExitAsync(string? problem)
    {
        if (!await HasExitedAsync(ExitTimeout).ConfigureAwait(false))
        {
            await KillAsync().ConfigureAwait(false);
        }
        // A grandchild may hold the streams open: what has arrived by then has to do.
        await Task.WhenAny(textRead, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
        return new KernelExit(process.HasExited ? process.ExitCode : null, text.ToString(), problem);
    }

    /// <summary>Forgets the process, which should have ended, and removes its connection file.</summary>
    public void Dispose()
    {
        process.Dispose();
        DeleteFolder();
    }

    private void DeleteFolder()
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel on Windows may still hold the file; its key opens nothing any more.
        }
    }
}
