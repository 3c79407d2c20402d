using Course.Notebooks.Kernels;
using static Microsoft.DotNet.Interactive.Kernel;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!html</c>: the lines below are HTML.</summary>
internal sealed class HtmlDirective : ITextDirective
{
    public IReadOnlyList<string> Names => ["#!html"];

    public string Help => "the lines below are HTML";

    public MimeBundle Render(string text) => ValueRenderer.Render(HTML(text));
}
