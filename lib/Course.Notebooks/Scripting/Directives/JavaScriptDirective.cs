using Course.Notebooks.Kernels;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!js</c>: the lines below are JavaScript for the page.</summary>
internal sealed class JavaScriptDirective : ITextDirective
{
    public IReadOnlyList<string> Names => ["#!js", "#!javascript"];

    public string Help => "the lines below are JavaScript, run in the page";

    public MimeBundle Render(string text) => new(new Dictionary<string, string>
    {
        ["text/html"] = $"<script type=\"text/javascript\">{text}</script>",
        ["text/plain"] = text,
    });
}
