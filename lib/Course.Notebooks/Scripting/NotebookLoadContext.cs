using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Course.Notebooks.Scripting;

/// <summary>
/// Loads the compiled cells and the assemblies they reference, each once: a name, once loaded, stays that one assembly, whichever
/// cell or library asks for it. A referenced assembly finds its own dependencies in its own folder, managed and native.
/// </summary>
internal sealed class NotebookLoadContext() : AssemblyLoadContext("notebook")
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> managed = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> native = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<AssemblyDependencyResolver> resolvers = [];
    private readonly List<string> folders = [];

    /// <summary>Makes a file the one that its assembly name is loaded from.</summary>
    public void AddAssembly(string simpleName, string path)
    {
        lock (gate)
        {
            managed[simpleName] = path;
        }
    }

    /// <summary>Lets native libraries of a package be found by their file name.</summary>
    public void AddNativeLibrary(string path)
    {
        lock (gate)
        {
            native.TryAdd(Path.GetFileName(path), path);
        }
    }

    /// <summary>Searches an assembly's folder (and what its <c>.deps.json</c> says) for the assemblies it needs.</summary>
    public void AddDependenciesOf(string path)
    {
        lock (gate)
        {
            if (File.Exists(Path.ChangeExtension(path, ".deps.json")))
            {
                resolvers.Add(new AssemblyDependencyResolver(path));
            }
            var folder = Path.GetDirectoryName(path)!;
            if (!folders.Contains(folder))
            {
                folders.Add(folder);
            }
        }
    }

    /// <summary>The file an assembly name stands for in this notebook, or <see langword="null"/>.</summary>
    public string? FindAssembly(AssemblyName name)
    {
        if (name.Name is null || HostAssemblies.FileOf(name.Name) is not null)
        {
            return name.Name is null ? null : HostAssemblies.FileOf(name.Name);
        }
        lock (gate)
        {
            if (managed.TryGetValue(name.Name, out var known))
            {
                return known;
            }
            var found = resolvers.Select(resolver => resolver.ResolveAssemblyToPath(name)).FirstOrDefault(path => path is not null)
                ?? folders.Select(folder => Path.Combine(folder, name.Name + ".dll")).FirstOrDefault(File.Exists);
            if (found is not null)
            {
                managed[name.Name] = found;
            }
            return found;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is null || HostAssemblies.FileOf(assemblyName.Name) is not null)
        {
            return null;
        }
        return FindAssembly(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        FindNativeLibrary(unmanagedDllName) is { } path ? NativeLibrary.Load(path) : 0;

    private string? FindNativeLibrary(string name)
    {
        lock (gate)
        {
            var candidates = FileNames(name).ToArray();
            if (candidates.Select(candidate => native.GetValueOrDefault(candidate)).FirstOrDefault(path => path is not null) is { } ours)
            {
                return ours;
            }
            if (resolvers.Select(resolver => resolver.ResolveUnmanagedDllToPath(name)).FirstOrDefault(path => path is not null) is { } resolved)
            {
                return resolved;
            }
            var places = folders.SelectMany(folder => (string[])
            [
                folder,
                Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
            ]);
            return (from place in places from candidate in candidates select Path.Combine(place, candidate)).FirstOrDefault(File.Exists);
        }
    }

    /// <summary>The file names a native library's name may stand for on this system, as P/Invoke tries them.</summary>
    private static IEnumerable<string> FileNames(string name)
    {
        var extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        return [name, name + extension, "lib" + name + extension, "lib" + name];
    }
}
