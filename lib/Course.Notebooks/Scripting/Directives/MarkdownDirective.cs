using Course.Notebooks.Kernels;
using Markdig;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!markdown</c>: the lines below are Markdown.</summary>
internal sealed class MarkdownDirective : ITextDirective
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    public IReadOnlyList<string> Names => ["#!markdown", "#!md"];

    public string Help => "the lines below are Markdown";

    public MimeBundle Render(string text) => new(new Dictionary<string, string>
    {
        ["text/html"] = Markdown.ToHtml(text, Pipeline),
        ["text/markdown"] = text,
        ["text/plain"] = text,
    });
}
