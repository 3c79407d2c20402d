using System.Diagnostics;
using Course.Cli.Running;

namespace Course.Testing;

/// <summary>
/// Jupyter's own programs on this machine, with the course's kernel installed for them, both in folders that exist only for a test:
/// nothing of this user's is read or written.
/// </summary>
internal sealed class JupyterPrograms : IDisposable
{
    /// <summary>What to say where Jupyter is missing.</summary>
    public const string Missing = "Jupyter is not installed. On Debian: apt-get install jupyter-nbconvert python3-ipykernel";

    private readonly DirectoryInfo settings = Directory.CreateTempSubdirectory("course-jupyter-");

    private JupyterPrograms(string jupyter) => Jupyter = jupyter;

    /// <summary>The program <c>jupyter</c>.</summary>
    public string Jupyter { get; }

    /// <summary>The interpreter that has Jupyter's packages: the one that the first line of its program names.</summary>
    public string Python => File.ReadLines(Jupyter).First() is ['#', '!', .. var path] ? path.Trim() : "python3";

    /// <summary>Finds Jupyter with nbconvert and installs the kernel under some names; <see langword="null"/> where there is none.</summary>
    public static async Task<JupyterPrograms?> FindAsync(params string[] kernels)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var jupyter = folders.Where(folder => File.Exists(Path.Combine(folder, "jupyter-nbconvert")))
            .Select(folder => Path.Combine(folder, "jupyter")).FirstOrDefault(File.Exists);
        if (jupyter is null)
        {
            return null;
        }
        var programs = new JupyterPrograms(jupyter);
        foreach (var name in kernels)
        {
            var (exitCode, text) = await programs.RunAsync(
                CourseKernel.DotnetHost, [typeof(CourseKernel).Assembly.Location, "kernel", "install", "--as", name], programs.settings.FullName);
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"The kernel could not be installed as {name}: {text}");
            }
        }
        return programs;
    }

    /// <summary>Executes a notebook in its own folder.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="copy">Where its executed form goes, if it runs to its end.</param>
    /// <returns>0 when every cell ran to its end; what the program said.</returns>
    public Task<(int ExitCode, string Text)> ConvertAsync(string notebook, string copy) => RunAsync(
        Jupyter,
        ["nbconvert", "--to", "notebook", "--execute", "--output-dir", Path.GetDirectoryName(copy)!, "--output", Path.GetFileName(copy), notebook],
        Path.GetDirectoryName(notebook)!);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TimeoutException">It hangs.</exception>
    public async Task<(int ExitCode, string Text)> RunAsync(string program, string[] arguments, string folder)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in (string[])["JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"])
        {
            info.Environment[variable] = Path.Combine(settings.FullName, variable);
        }
        info.Environment[CourseKernel.DeviceVariable] = "cpu";
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        // Far more than anything takes, also on a machine that does something else besides.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} hangs. It said:\n{await output}\n{await error}");
        }
        return (process.ExitCode, await output + await error);
    }

    /// <inheritdoc/>
    public void Dispose() => settings.Delete(recursive: true);
}
