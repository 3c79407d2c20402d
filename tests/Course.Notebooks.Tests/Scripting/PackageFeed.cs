using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Course.Notebooks.Tests.Scripting;

/// <summary>
/// A folder of packages made for a test, and a NuGet configuration that knows only that folder and keeps its cache beside it: no
/// network, and nothing of the machine's own packages.
/// </summary>
internal sealed class PackageFeed
{
    private readonly string root;

    public PackageFeed(string notebookFolder)
    {
        root = notebookFolder;
        Directory.CreateDirectory(Source);
        File.WriteAllText(Path.Combine(root, "NuGet.Config"), $"""
            <configuration>
              <packageSources><clear /><add key="test" value="{Source}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{Cache}" /></config>
            </configuration>
            """);
    }

    public string Source => Path.Combine(root, "feed");

    public string Cache => Path.Combine(root, "cache");

    /// <summary>Adds a package with one assembly of the package's name.</summary>
    /// <param name="name">The package.</param>
    /// <param name="version">Its version.</param>
    /// <param name="source">The assembly's source.</param>
    /// <param name="dependency">A package it depends on, with a version range.</param>
    /// <param name="native">A file to ship as native library for this machine.</param>
    /// <param name="folder">Where to put it, if not into the feed.</param>
    public void Add(
        string name, string version, string source, (string Name, string Range)? dependency = null, string? native = null, string? folder = null)
    {
        folder ??= Source;
        Directory.CreateDirectory(folder);
        var needed = dependency is { } package ? [LastBuilt(package.Name)] : Array.Empty<string>();
        var assembly = TestLibrary.Compile(
            Path.Combine(root, "build", version, name + ".dll"),
            $"[assembly: System.Reflection.AssemblyVersion(\"{version.Split('-')[0]}.0\")]\n{source}", needed);
        using var archive = ZipFile.Open(Path.Combine(folder, $"{name}.{version}.nupkg"), ZipArchiveMode.Create);
        archive.CreateEntryFromFile(assembly, $"lib/net8.0/{name}.dll");
        if (native is not null)
        {
            archive.CreateEntryFromFile(native, $"runtimes/{RuntimeInformation.RuntimeIdentifier}/native/{Path.GetFileName(native)}");
        }
        using var nuspec = new StreamWriter(archive.CreateEntry($"{name}.nuspec").Open());
        var dependencies = dependency is { } wanted ? $"<dependency id=\"{wanted.Name}\" version=\"{wanted.Range}\" />" : "";
        nuspec.Write($"""
            <package><metadata>
              <id>{name}</id><version>{version}</version><authors>test</authors><description>test</description>
              <dependencies><group targetFramework="net8.0">{dependencies}</group></dependencies>
            </metadata></package>
            """);
    }

    private string LastBuilt(string name) => Directory.GetFiles(Path.Combine(root, "build"), name + ".dll", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Last();
}
