using System.Text.RegularExpressions;

namespace Course.Notebooks.Scripting.Packages;

/// <summary>A package that a <c>#r "nuget:..."</c> line asks for.</summary>
/// <param name="Name">The package's identifier.</param>
/// <param name="Version">A version, range or pattern as NuGet writes them; <c>*</c> means the newest release.</param>
/// <param name="Line">The line that asks.</param>
internal sealed partial record PackageRequest(string Name, string Version, int Line)
{
    /// <summary>Whether any version will do.</summary>
    public bool TakesAnyVersion => Version == "*";

    /// <summary>Reads <c>Name</c> or <c>Name,Version</c>.</summary>
    /// <exception cref="DirectiveException">The text is neither.</exception>
    public static PackageRequest Parse(string text, int line)
    {
        var comma = text.IndexOf(',');
        var name = (comma < 0 ? text : text[..comma]).Trim();
        var version = comma < 0 ? "*" : text[(comma + 1)..].Trim();
        if (name.Length > 100 || !NamePattern().IsMatch(name))
        {
            throw new DirectiveException($"\"{name}\" is no package name. Write #r \"nuget:Name,Version\".");
        }
        if (version.Length > 100 || !VersionPattern().IsMatch(version))
        {
            throw new DirectiveException(
                $"\"{version}\" is no package version. Write a version (1.2.3), a pattern (1.*), a range ([1.0,2.0)) or nothing.");
        }
        return new PackageRequest(name, version, line);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[\[\(]?[0-9A-Za-z.\-+*, ]+[\]\)]?$")]
    private static partial Regex VersionPattern();
}
