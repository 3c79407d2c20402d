namespace Course.Notebooks.Scripting.Packages;

/// <summary>A package as NuGet resolved it for this machine.</summary>
/// <param name="Name">The package's identifier.</param>
/// <param name="Version">The version NuGet chose.</param>
/// <param name="Assemblies">The full paths of its assemblies.</param>
/// <param name="NativeLibraries">The full paths of its native libraries.</param>
internal sealed record RestoredPackage(
    string Name, string Version, IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeLibraries);
