using Microsoft.CodeAnalysis;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!optimize</c>: compiles the C# below for speed instead of for exact error lines.</summary>
internal sealed class OptimizeDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!optimize"];

    public string Help => "makes loops below two to three times faster; the line of an error is then approximate";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        scope.Optimization = OptimizationLevel.Release;
        return Task.CompletedTask;
    }
}
