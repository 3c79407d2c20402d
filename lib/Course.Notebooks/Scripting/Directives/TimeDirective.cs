using System.Diagnostics;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!time</c>: shows how long the rest of the cell took.</summary>
internal sealed class TimeDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!time"];

    public string Help => "shows the wall time of the lines below";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        scope.Clock = Stopwatch.StartNew();
        return Task.CompletedTask;
    }
}
