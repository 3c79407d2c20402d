using System.Text.Json;

namespace Course.Notebooks.Scripting.Packages;

/// <summary>Reads <c>project.assets.json</c>, in which <c>dotnet restore</c> says what it chose and where that lies.</summary>
internal static class AssetsFile
{
    /// <summary>The packages of the target for one kind of machine, dependencies included.</summary>
    /// <param name="path">The file.</param>
    /// <param name="runtimeIdentifier">The kind of machine, for example <c>linux-x64</c>.</param>
    /// <exception cref="DirectiveException">The file does not have the form this reader knows.</exception>
    public static IReadOnlyList<RestoredPackage> Read(string path, string runtimeIdentifier)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            var folders = root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToArray();
            var libraries = root.GetProperty("libraries");
            var target = root.GetProperty("targets").EnumerateObject()
                .First(candidate => candidate.Name.EndsWith("/" + runtimeIdentifier, StringComparison.Ordinal)).Value;
            return [.. target.EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => Package(library, libraries, folders))];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new DirectiveException($"the result of the package restore cannot be read: {exception.Message}", exception);
        }
    }

    private static RestoredPackage Package(JsonProperty library, JsonElement libraries, string[] folders)
    {
        var identity = library.Name.Split('/');
        var relative = libraries.GetProperty(library.Name).GetProperty("path").GetString()!;
        var folder = folders.Select(root => Path.Combine(root, relative)).FirstOrDefault(Directory.Exists)
            ?? throw new DirectiveException($"the package {library.Name} was restored but is in none of {string.Join(", ", folders)}.");
        return new RestoredPackage(identity[0], identity[1], Files("runtime", ".dll"), Files("native", ""));

        string[] Files(string kind, string extension) => library.Value.TryGetProperty(kind, out var assets)
            ? [.. assets.EnumerateObject().Select(asset => asset.Name)
                // A file named _._ says "nothing needed here".
                .Where(asset => asset.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && Path.GetFileName(asset) != "_._")
                .Select(asset => Path.GetFullPath(Path.Combine(folder, asset)))]
            : [];
    }
}
