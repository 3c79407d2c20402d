namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!import file</c>: runs a C# file or the C# cells of a notebook as if they stood here.</summary>
internal sealed class ImportDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!import"];

    public string Help => "runs a C# file or a notebook (#!import file.csx, .cs, .ipynb or .dib)";

    public Task RunAsync(DirectivePart part, DirectiveScope scope) =>
        ImportedFiles.RunAsync(part.Argument.Trim('"'), scope, [".cs", ".csx", ".ipynb", ".dib"]);
}
