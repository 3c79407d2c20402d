using System.Net;
using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Directives;

/// <summary>
/// <c>#!mermaid</c>: the lines below are a diagram (mermaid.js.org). Jupyter draws <c>text/vnd.mermaid</c> itself; a page that
/// loads the Mermaid script draws the HTML form; everyone else can read the source.
/// </summary>
internal sealed class MermaidDirective : ITextDirective
{
    public IReadOnlyList<string> Names => ["#!mermaid"];

    public string Help => "the lines below are a Mermaid diagram";

    public MimeBundle Render(string text) => new(new Dictionary<string, string>
    {
        ["text/vnd.mermaid"] = text,
        ["text/html"] = $"<pre class=\"mermaid\">{WebUtility.HtmlEncode(text)}</pre>",
        ["text/plain"] = text,
    });
}
