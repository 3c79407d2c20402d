namespace Course.Notebooks.Scripting.Packages;

/// <summary>
/// The NuGet packages of a session. Lines that ask for packages are collected and restored together before the code that uses
/// them runs, together also with the packages of earlier cells, so that NuGet can settle versions once for all.
/// </summary>
internal sealed class PackageSet(string workingDirectory, ReferenceSet references, NotebookLoadContext loadContext)
{
    private readonly List<string> sources = [];
    private readonly List<PackageRequest> pending = [];
    private readonly Dictionary<string, (PackageRequest Request, string Version)> installed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The line of the first package still to be restored.</summary>
    public int? PendingLine => pending.Count > 0 ? pending[0].Line : null;

    /// <summary>Adds a place to look for packages.</summary>
    public void AddSource(string source)
    {
        if (!sources.Contains(source))
        {
            sources.Add(source);
        }
    }

    /// <summary>Asks for a package.</summary>
    /// <exception cref="DirectiveException">The session has another version of it.</exception>
    public void Request(PackageRequest request)
    {
        var earlier = pending.Find(other => string.Equals(other.Name, request.Name, StringComparison.OrdinalIgnoreCase));
        var use = "asked for above";
        if (earlier is null && installed.TryGetValue(request.Name, out var known))
        {
            earlier = known.Request with { Version = known.Version };
            use = "in use";
            if (known.Request.Version == request.Version)
            {
                return;
            }
        }
        if (earlier is null)
        {
            pending.Add(request);
        }
        else if (!request.TakesAnyVersion && earlier.Version != request.Version)
        {
            throw new DirectiveException(
                $"{request.Name} {earlier.Version} is already {use}, so {request.Version} cannot be. "
                + "Restart the notebook to change the version.");
        }
    }

    /// <summary>Forgets what was asked for and not restored.</summary>
    public void ForgetPending() => pending.Clear();

    /// <summary>Restores what was asked for since the last call.</summary>
    /// <returns>The packages asked for with the versions NuGet chose.</returns>
    /// <exception cref="DirectiveException">A package cannot be had.</exception>
    public async Task<IReadOnlyList<string>> RestoreAsync(CancellationToken cancellationToken)
    {
        if (pending.Count == 0)
        {
            return [];
        }
        var wanted = installed.Values.Select(known => (known.Request.Name, $"[{known.Version}]"))
            .Concat(pending.Select(request => (request.Name, request.Version)));
        var restored = await NuGetRestore.RunAsync(wanted, sources, workingDirectory, cancellationToken).ConfigureAwait(false);
        foreach (var package in restored)
        {
            var isAskedFor = pending.Exists(request => string.Equals(request.Name, package.Name, StringComparison.OrdinalIgnoreCase));
            foreach (var assembly in package.Assemblies)
            {
                references.Add(assembly, acceptNewer: !isAskedFor);
            }
            foreach (var library in package.NativeLibraries)
            {
                loadContext.AddNativeLibrary(library);
            }
        }
        var chosen = new List<string>();
        foreach (var request in pending)
        {
            var package = restored.First(package => string.Equals(package.Name, request.Name, StringComparison.OrdinalIgnoreCase));
            installed[request.Name] = (request, package.Version);
            chosen.Add($"{package.Name} {package.Version}");
        }
        pending.Clear();
        return chosen;
    }
}
