namespace Course.Notebooks.Jupyter;

/// <summary>Finds installed Jupyter kernels in the <c>kernels</c> folders of Jupyter's data folders.</summary>
public static class KernelSpecs
{
    /// <summary>The installed kernels; where a name stands twice, the first counts. Damaged ones are passed over.</summary>
    /// <param name="dataFolders">The data folders in order of search, usually <see cref="JupyterPaths.DataFolders()"/>.</param>
    public static IReadOnlyList<KernelSpec> Find(IEnumerable<string> dataFolders)
    {
        var found = new Dictionary<string, KernelSpec>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in dataFolders.SelectMany(Folders))
        {
            try
            {
                var spec = KernelSpec.Read(folder);
                found.TryAdd(spec.Name, spec);
            }
            catch (KernelSpecException)
            {
                // Somebody else's installation; whoever asks for this kernel by name is told.
            }
        }
        return [.. found.Values];
    }

    /// <summary>The kernel of a name.</summary>
    /// <param name="name">The name, for example <c>python3</c>; case does not matter.</param>
    /// <param name="dataFolders">The data folders in order of search, usually <see cref="JupyterPaths.DataFolders()"/>.</param>
    /// <exception cref="KernelSpecException">No kernel has this name, the message lists those there are; or it is damaged.</exception>
    public static KernelSpec Get(string name, IReadOnlyList<string> dataFolders)
    {
        var folder = dataFolders.SelectMany(Folders)
            .FirstOrDefault(folder => Path.GetFileName(folder).Equals(name, StringComparison.OrdinalIgnoreCase));
        if (folder is not null)
        {
            return KernelSpec.Read(folder);
        }
        var others = Find(dataFolders);
        throw new KernelSpecException($"There is no Jupyter kernel '{name}'. " + (others.Count == 0
            ? $"None is installed in {string.Join(", ", dataFolders)}."
            : "Installed: " + string.Join(", ", others.Select(spec => $"{spec.Name} ({spec.DisplayName})")) + "."));
    }

    private static IEnumerable<string> Folders(string dataFolder)
    {
        try
        {
            var kernels = Path.Combine(dataFolder, "kernels");
            return Directory.Exists(kernels)
                ? Directory.EnumerateDirectories(kernels).Where(folder => File.Exists(Path.Combine(folder, KernelSpec.FileName)))
                    .Order(StringComparer.Ordinal).ToArray()
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
