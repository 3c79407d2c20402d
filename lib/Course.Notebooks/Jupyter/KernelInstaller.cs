using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Jupyter;

/// <summary>
/// Writes and removes the folders by which Jupyter finds kernels. What it writes it marks as its own, and it touches nothing else:
/// a kernel that another program installed stays as it is.
/// </summary>
/// <param name="owner">The mark, a member of the description's <c>metadata</c>.</param>
public sealed partial class KernelInstaller(string owner)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Installs a kernel, or replaces an earlier installation of it.</summary>
    /// <param name="spec">What to install: its name and all that goes into <c>kernel.json</c>. Its folder does not matter.</param>
    /// <param name="dataFolder">Jupyter's data folder to install below.</param>
    /// <param name="files">Files to lie beside the description (logos): name → content.</param>
    /// <param name="searched">The data folders Jupyter searches, where a foreign kernel of that name must not be hidden.</param>
    /// <returns>The folder of the installed kernel.</returns>
    /// <exception cref="ArgumentException">The name is none that Jupyter accepts.</exception>
    /// <exception cref="KernelSpecException">A kernel of that name exists that this installer has not made.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Install(
        KernelSpec spec, string dataFolder, IReadOnlyDictionary<string, byte[]> files, IReadOnlyList<string> searched)
    {
        CheckName(spec.Name);
        foreach (var existing in searched.Prepend(dataFolder).Select(folder => FolderOf(spec.Name, folder)).Where(Directory.Exists))
        {
            RequireOwn(existing);
        }
        var target = FolderOf(spec.Name, dataFolder);
        Directory.CreateDirectory(target);
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Combine(target, name), content);
        }
        // Last, and in one step: a kernel that is installed while Jupyter looks is there whole or not at all.
        var description = Path.Combine(target, KernelSpec.FileName);
        File.WriteAllText(description + ".new", ToJson(spec).ToJsonString(Indented) + "\n");
        File.Move(description + ".new", description, overwrite: true);
        return target;
    }

    /// <summary>Removes a kernel that this installer has made.</summary>
    /// <param name="name">The kernel's name.</param>
    /// <param name="dataFolder">The data folder it was installed below.</param>
    /// <returns>The folder that was removed, or <see langword="null"/> when there is no such kernel.</returns>
    /// <exception cref="KernelSpecException">It is somebody else's.</exception>
    public string? Uninstall(string name, string dataFolder)
    {
        CheckName(name);
        var folder = FolderOf(name, dataFolder);
        if (!Directory.Exists(folder))
        {
            return null;
        }
        RequireOwn(folder);
        Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>Whether the kernel in a folder is one that this installer has made.</summary>
    public bool IsOwn(string folder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, KernelSpec.FileName));
            return file.Exists && file.Length <= KernelSpec.MaxFileBytes
                && JsonNode.Parse(File.ReadAllText(file.FullName))?["metadata"]?[owner] is not null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void RequireOwn(string folder)
    {
        // An empty folder is what an interrupted installation leaves.
        if (!IsOwn(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new KernelSpecException(
                $"The kernel in {folder} was installed by another program and is left alone. Choose another name (--as NAME), or remove that one first.");
        }
    }

    private JsonObject ToJson(KernelSpec spec) => new()
    {
        ["argv"] = new JsonArray([.. spec.Arguments.Select(argument => (JsonNode)argument)]),
        ["display_name"] = spec.DisplayName,
        ["language"] = spec.Language,
        ["interrupt_mode"] = spec.InterruptMode == InterruptMode.Message ? "message" : "signal",
        ["env"] = new JsonObject(spec.Environment.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        // "debugger": false keeps JupyterLab from offering breakpoints.
        ["metadata"] = new JsonObject { ["debugger"] = false, [owner] = new JsonObject { ["installed_by"] = owner } },
    };

    private static string FolderOf(string name, string dataFolder) => Path.Combine(dataFolder, "kernels", name);

    private static void CheckName(string name)
    {
        if (!Name().IsMatch(name) || name is "." or "..")
        {
            throw new ArgumentException(
                $"\"{name}\" is no name for a kernel: use lower-case letters, digits, '-', '.' and '_'.", nameof(name));
        }
    }

    // As jupyter_client checks names, but lower case only: Jupyter looks kernels up so, and file systems differ.
    [GeneratedRegex(@"\A[a-z0-9._\-]{1,100}\z")]
    private static partial Regex Name();
}
