namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#i "nuget:source"</c>: a further place to look for packages, beside those of the NuGet configuration.</summary>
internal sealed class PackageSourceDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#i"];

    public string Help => "adds a package source (#i \"nuget:URL or folder\")";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var text = Quoted.Parse(part, "a package source");
        if (!text.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            throw new DirectiveException($"#i \"{text}\": a package source begins with nuget:, for example #i \"nuget:../packages\".");
        }
        var source = text["nuget:".Length..].Trim();
        if (!Uri.TryCreate(source, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            source = scope.FullPath(source);
            if (!Directory.Exists(source))
            {
                throw new DirectiveException($"#i \"{text}\": there is no folder {source}.");
            }
        }
        scope.Session.Packages.AddSource(source);
        return Task.CompletedTask;
    }
}
