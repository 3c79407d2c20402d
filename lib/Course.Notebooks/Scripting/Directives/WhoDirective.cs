using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!who</c>: the names of the session's variables.</summary>
internal sealed class WhoDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!who"];

    public string Help => "lists the variables";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var names = Variables.Of(scope.Session.Chain).Select(variable => variable.Name);
        scope.Display(new MimeBundle("text/plain", string.Join('\n', names)));
        return Task.CompletedTask;
    }
}
