using System.Net;
using System.Text;
using Course.Notebooks.Kernels;
using Microsoft.DotNet.Interactive.Formatting;

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!whos</c>: the session's variables with type and value.</summary>
internal sealed class WhosDirective : IActionDirective
{
    private const int MaxValueCharacters = 100;

    public IReadOnlyList<string> Names => ["#!whos"];

    public string Help => "lists the variables with their types and values";

    public Task RunAsync(DirectivePart part, DirectiveScope scope)
    {
        var html = new StringBuilder("<table><thead><tr><th>Variable</th><th>Type</th><th>Value</th></tr></thead><tbody>");
        var plain = new StringBuilder();
        foreach (var (name, type, value) in Variables.Of(scope.Session.Chain))
        {
            var text = Shorten(PlainText.Of(value, new Dictionary<string, string>()));
            html.Append($"<tr><td>{name}</td><td>{WebUtility.HtmlEncode(type)}</td><td>{WebUtility.HtmlEncode(text)}</td></tr>");
            plain.Append($"{name}: {type} = {text}\n");
        }
        html.Append("</tbody></table>");
        scope.Display(new MimeBundle(new Dictionary<string, string>
        {
            [HtmlFormatter.MimeType] = html.ToString(),
            [PlainTextFormatter.MimeType] = plain.ToString().TrimEnd('\n'),
        }));
        return Task.CompletedTask;
    }

    private static string Shorten(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= MaxValueCharacters ? text : text[..MaxValueCharacters] + "...";
    }
}
