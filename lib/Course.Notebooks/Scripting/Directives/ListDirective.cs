using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!lsmagic</c>: lists the directives.</summary>
internal sealed class ListDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!lsmagic"];

    public string Help => "lists the directives";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var lines = DirectiveTable.All.Select(directive => $"{string.Join(", ", directive.Names),-24} {directive.Help}");
        scope.Display(new MimeBundle("text/plain", string.Join('\n', lines)));
        return Task.CompletedTask;
    }
}
