using System.Text.Json;
using System.Text.Json.Nodes;

namespace Course.Cli.Checks;

/// <summary>The Jupyter kernels installed for this user (jupyter-client.readthedocs.io, "Kernel specs").</summary>
internal static class KernelSpecs
{
    private const int MaxFileBytes = 1_000_000;

    /// <summary>One installed kernel.</summary>
    /// <param name="Name">The folder's name, by which Jupyter calls it.</param>
    /// <param name="DisplayName">What people see.</param>
    /// <param name="Language">The language it runs.</param>
    public sealed record Spec(string Name, string DisplayName, string Language);

    /// <summary>Jupyter's data folders in the order in which Jupyter searches them.</summary>
    public static IEnumerable<string> DataFolders()
    {
        foreach (var folder in Variable("JUPYTER_PATH").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (Variable("JUPYTER_DATA_DIR") is { Length: > 0 } own)
        {
            yield return own;
        }
        else if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        }
        else if (OperatingSystem.IsMacOS())
        {
            yield return Path.Combine(home, "Library", "Jupyter");
        }
        else
        {
            yield return Variable("XDG_DATA_HOME") is { Length: > 0 } data
                ? Path.Combine(data, "jupyter")
                : Path.Combine(home, ".local", "share", "jupyter");
        }
        foreach (var environment in (string[])["VIRTUAL_ENV", "CONDA_PREFIX"])
        {
            if (Variable(environment) is { Length: > 0 } prefix)
            {
                yield return Path.Combine(prefix, "share", "jupyter");
            }
        }
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter");
        }
        else
        {
            yield return "/usr/local/share/jupyter";
            yield return "/usr/share/jupyter";
        }
    }

    /// <summary>The kernels in data folders; where a name stands twice, the first counts. Damaged ones are passed over.</summary>
    public static IReadOnlyList<Spec> Find(IEnumerable<string> dataFolders)
    {
        var found = new List<Spec>();
        foreach (var kernels in dataFolders.Select(folder => Path.Combine(folder, "kernels")).Where(Directory.Exists))
        {
            foreach (var folder in Directory.EnumerateDirectories(kernels).Order(StringComparer.Ordinal))
            {
                if (Read(folder) is { } spec && found.All(other => other.Name != spec.Name))
                {
                    found.Add(spec);
                }
            }
        }
        return found;
    }

    private static Spec? Read(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, "kernel.json"));
            return file.Exists && file.Length <= MaxFileBytes && JsonNode.Parse(File.ReadAllText(file.FullName)) is JsonObject json
                ? new Spec(Path.GetFileName(folder), (string?)json["display_name"] ?? "?", (string?)json["language"] ?? "?")
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";
}
