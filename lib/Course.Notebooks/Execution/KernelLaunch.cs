using System.Diagnostics;
using System.Text.RegularExpressions;
using Course.Notebooks.Jupyter;

namespace Course.Notebooks.Execution;

/// <summary>How to start a process that is a Jupyter kernel.</summary>
/// <param name="FileName">The program, for example the path of <c>dotnet</c>.</param>
/// <param name="Arguments">Its arguments; <c>{connection_file}</c> in them stands for the path of the connection file.</param>
/// <param name="WorkingDirectory">The folder of the notebook, against which code resolves relative paths.</param>
public sealed partial record KernelLaunch(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory)
{
    /// <summary>Stands in arguments for the path of the connection file.</summary>
    public const string ConnectionFile = "{connection_file}";

    /// <summary>Environment variables in addition to the executor's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the process may take until it answers.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How the kernel wants to be interrupted.</summary>
    public InterruptMode InterruptMode { get; init; } = InterruptMode.Message;

    /// <summary>The language it runs, as its description names it.</summary>
    public string Language { get; init; } = "C#";

    /// <summary>The start of an installed kernel.</summary>
    /// <param name="spec">The kernel's description.</param>
    /// <param name="workingDirectory">The folder of the notebook.</param>
    public static KernelLaunch Of(KernelSpec spec, string workingDirectory)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var arguments = spec.Arguments.Select(argument => argument.Replace("{resource_dir}", spec.Folder, StringComparison.Ordinal)).ToArray();
        return new KernelLaunch(arguments[0], arguments[1..], workingDirectory)
        {
            InterruptMode = spec.InterruptMode,
            Language = spec.Language,
            Environment = spec.Environment.ToDictionary(pair => pair.Key, pair => Expand(pair.Value), StringComparer.Ordinal),
        };
    }

    internal ProcessStartInfo ToStartInfo(string connectionFile)
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
            info.ArgumentList.Add(argument.Replace(ConnectionFile, connectionFile, StringComparison.Ordinal));
        }
        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }
        return info;
    }

    // As Jupyter does (Python's string.Template): $NAME and ${NAME}, an unknown name stays as it stands, $$ is a dollar.
    private static string Expand(string value) => EnvironmentVariable().Replace(value, match =>
        match.Value == "$$" ? "$" : System.Environment.GetEnvironmentVariable(match.Groups["name"].Value) ?? match.Value);

    [GeneratedRegex(@"\$(\$|(?<name>[A-Za-z_]\w*)|\{(?<name>[A-Za-z_]\w*)\})")]
    private static partial Regex EnvironmentVariable();
}
