using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!help Math.Sqrt</c>: what a name means, with its documentation, overloads and members.</summary>
internal sealed class HelpDirective : IActionDirective
{
    public IReadOnlyList<string> Names => ["#!help"];

    public string Help => "shows the documentation of a name (#!help Math.Sqrt) or of a directive (#!help #!time)";

    public async Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var name = part.Argument.TrimEnd(';', '(', ')', ' ');
        if (name.Length == 0)
        {
            throw new DirectiveException("#!help needs a name: #!help Math.Sqrt. #!lsmagic lists the directives.");
        }
        var reply = await scope.Session.Services.InspectAsync(name, name.Length, InspectionDetail.Full, scope.CancellationToken)
            .ConfigureAwait(false);
        scope.Page(reply?.Bundle ?? throw new DirectiveException(
            $"nothing is known about \"{name}\". Has the cell that declares it run, and is there a using for its namespace?"));
    }
}
