namespace Course.Notebooks.Jupyter;

/// <summary>
/// Where Jupyter keeps its data, kernels among them (docs.jupyter.org, "Common Directories and File Locations").
/// </summary>
public static class JupyterPaths
{
    /// <summary>The data folders in the order in which Jupyter searches them; they need not exist.</summary>
    public static IReadOnlyList<string> DataFolders() => DataFolders(Environment.GetEnvironmentVariable);

    /// <summary>
    /// The user's own data folder, where <c>jupyter kernelspec install --user</c> installs: <c>JUPYTER_DATA_DIR</c>, else the
    /// system's custom.
    /// </summary>
    public static string UserFolder() => UserFolder(Environment.GetEnvironmentVariable);

    /// <summary>The data folder below an installation's prefix, for example <c>/usr/local</c> or a virtual environment.</summary>
    public static string BelowPrefix(string prefix) => Path.Combine(prefix, "share", "jupyter");

    internal static IReadOnlyList<string> DataFolders(Func<string, string?> variable)
    {
        var folders = Split(variable("JUPYTER_PATH")).ToList();
        var user = UserFolder(variable);
        var environments = Environments(variable).Select(BelowPrefix).ToArray();
        // A virtual environment was chosen on purpose, so it comes before what is there for all of the user's work.
        folders.AddRange(PrefersEnvironment(variable) ? [.. environments, user] : [user, .. environments]);
        if (OperatingSystem.IsWindows())
        {
            folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter"));
        }
        else
        {
            folders.AddRange([BelowPrefix("/usr/local"), BelowPrefix("/usr")]);
        }
        return [.. folders.Distinct(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)];
    }

    internal static string UserFolder(Func<string, string?> variable)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (variable("JUPYTER_DATA_DIR") is { Length: > 0 } own)
        {
            return own;
        }
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter");
        }
        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(home, "Library", "Jupyter");
        }
        var data = variable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".local", "share");
        return Path.Combine(data, "jupyter");
    }

    // Jupyter asks its Python for the prefix. Without one, an activated environment says where it is, and a `jupyter` on the
    // PATH stands in the bin folder of its prefix.
    private static IEnumerable<string> Environments(Func<string, string?> variable)
    {
        foreach (var name in (string[])["VIRTUAL_ENV", "CONDA_PREFIX"])
        {
            if (variable(name) is { Length: > 0 } prefix)
            {
                yield return prefix;
            }
        }
        var program = OperatingSystem.IsWindows() ? "jupyter.exe" : "jupyter";
        var bin = Split(variable("PATH")).FirstOrDefault(folder => Path.IsPathFullyQualified(folder) && File.Exists(Path.Combine(folder, program)));
        if (bin is not null && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(bin)) is { } parent)
        {
            yield return parent;
        }
    }

    private static bool PrefersEnvironment(Func<string, string?> variable) =>
        variable("JUPYTER_PREFER_ENV_PATH") is { Length: > 0 } wish
            ? wish.ToUpperInvariant() is not ("NO" or "N" or "FALSE" or "OFF" or "0" or "0.0")
            : variable("VIRTUAL_ENV") is { Length: > 0 }
                || variable("CONDA_PREFIX") is { Length: > 0 } && variable("CONDA_DEFAULT_ENV") is not "base";

    private static string[] Split(string? paths) =>
        (paths ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
