using System.Text.Json;

namespace Course.Runtime;

/// <summary>
/// Where the build found the packages that are used in place instead of being copied: read from <c>Course.locations.json</c>,
/// which the build writes beside Course.dll.
/// </summary>
internal sealed record BuildLocations(string TorchBackend, string[] NativeDirectories, string? DotnetReference)
{
    private static readonly Lazy<BuildLocations> Loaded = new(Load);

    /// <summary>The locations of this build; empty when the file is missing, for example after a copy of Course.dll alone.</summary>
    public static BuildLocations Current => Loaded.Value;

    /// <summary>The folder of Course.dll.</summary>
    public static string AssemblyDirectory =>
        Path.GetDirectoryName(typeof(BuildLocations).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    private static BuildLocations Load()
    {
        var file = Path.Combine(AssemblyDirectory, "Course.locations.json");
        if (!File.Exists(file))
        {
            return new BuildLocations("cpu", [], null);
        }

        try
        {
            return JsonSerializer.Deserialize<BuildLocations>(File.ReadAllText(file), JsonSerializerOptions.Web)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{file}' is damaged ({e.Message}). Build again: dotnet build Course.sln -c Release", e);
        }
    }
}
