using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;

namespace Course.Notebooks.Scripting;

/// <summary>
/// The assemblies that notebook code shares with the engine: those of the .NET runtime, the engine itself (it carries
/// <c>Kernel.display</c>) and the formatting library with what that needs. Of these there is exactly one copy in the process, so
/// that a formatter registered in a cell is the formatter the engine asks. Everything else a notebook references is its own.
/// </summary>
internal static class HostAssemblies
{
    private static readonly Dictionary<string, string> Framework = FindFramework();
    private static readonly Dictionary<string, string> Shared = FindShared();

    /// <summary>The files that every cell is compiled against.</summary>
    public static IEnumerable<string> Files => Framework.Values.Concat(Shared.Values);

    /// <summary>The file of a host assembly, or <see langword="null"/> when the host has no such assembly.</summary>
    /// <param name="simpleName">The assembly's name without version.</param>
    public static string? FileOf(string simpleName) =>
        Shared.GetValueOrDefault(simpleName) ?? Framework.GetValueOrDefault(simpleName);

    /// <summary>Whether the engine stands in for an assembly: its types, seen twice, would be ambiguous.</summary>
    /// <param name="simpleName">The assembly's name without version.</param>
    public static bool Replaces(string simpleName) =>
        string.Equals(simpleName, "Microsoft.DotNet.Interactive", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file is one of .NET's own assemblies.</summary>
    public static bool IsFramework(string path) =>
        Framework.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)) == path;

    private static Dictionary<string, string> FindFramework()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")
            ?? throw new PlatformNotSupportedException("The notebook engine needs a program started by the dotnet host.");
        return trusted.Split(Path.PathSeparator)
            .Where(file => string.Equals(Path.GetDirectoryName(file), folder, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, StringComparer.OrdinalIgnoreCase);
    }

    private static Dictionary<string, string> FindShared()
    {
        var shared = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [typeof(HostAssemblies).Assembly.GetName().Name!] = typeof(HostAssemblies).Assembly.Location,
        };
        Collect(typeof(Formatter).Assembly);
        return shared;

        void Collect(Assembly assembly)
        {
            var name = assembly.GetName().Name!;
            if (!Framework.ContainsKey(name) && shared.TryAdd(name, assembly.Location))
            {
                foreach (var dependency in assembly.GetReferencedAssemblies())
                {
                    Collect(Assembly.Load(dependency));
                }
            }
        }
    }
}
