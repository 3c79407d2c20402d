using Course.Notebooks.Scripting.Packages;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#r "path.dll"</c> or <c>#r "nuget:Name,Version"</c>: lets the code use an assembly or a package.</summary>
internal sealed class ReferenceDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#r"];

    public string Help => "references an assembly (#r \"path.dll\") or a package (#r \"nuget:Name,Version\")";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var text = Quoted.Parse(part, "a path or a package");
        if (text.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            scope.Session.Packages.Request(PackageRequest.Parse(text["nuget:".Length..], part.Line));
            return Task.CompletedTask;
        }
        // `#r "System.Net.Http"` names an assembly of .NET itself; every cell has those.
        if (HostAssemblies.FileOf(text) is not null)
        {
            return Task.CompletedTask;
        }
        var path = scope.FullPath(text);
        if (!File.Exists(path))
        {
            throw new DirectiveException($"{part.Name} \"{text}\": there is no file {path}. {HowToBuild(path)}");
        }
        scope.Session.References.Add(path);
        return Task.CompletedTask;
    }

    // …/lib/Course/bin/Release/net10.0/Course.dll is made by the project in …/lib/Course.
    private static string HowToBuild(string path)
    {
        var configuration = new DirectoryInfo(path).Parent?.Parent;
        return configuration?.Parent is { Name: "bin", Parent: { Exists: true } project } && project.EnumerateFiles("*.*proj").Any()
            ? $"Build it with: dotnet build \"{project.FullName}\" -c {configuration.Name}"
            : "Build the project it comes from first?";
    }
}
