namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#load "file.csx"</c>: runs a C# file before the code around the directive.</summary>
internal sealed class LoadDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#load"];

    public string Help => "runs a C# file (#load \"file.csx\")";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var text = Quoted.Parse(part, "a C# file");
        return ImportedFiles.RunAsync(text, scope, [".cs", ".csx"]);
    }
}
