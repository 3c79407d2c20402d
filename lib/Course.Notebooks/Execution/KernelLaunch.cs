using System.Diagnostics;

namespace Course.Notebooks.Execution;

/// <summary>How to start a kernel process that calls <see cref="KernelWorker.RunAsync"/>.</summary>
/// <param name="FileName">The program, for example the path of <c>dotnet</c>.</param>
/// <param name="Arguments">Its arguments; the name of the pipe is appended as the last one.</param>
/// <param name="WorkingDirectory">The folder of the notebook, against which code resolves relative paths.</param>
public sealed record KernelLaunch(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    /// <summary>Environment variables in addition to the executor's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the process may take until it answers.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal ProcessStartInfo ToStartInfo(string pipeName)
    {
        var info = new ProcessStartInfo(FileName)
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in Arguments)
        {
            info.ArgumentList.Add(argument);
        }
        info.ArgumentList.Add(pipeName);
        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }
        return info;
    }
}
